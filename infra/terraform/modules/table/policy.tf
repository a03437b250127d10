data "aws_region" "current" {}

# For the task role of whoever uses the table: rows, by key or by index. No Scan, nothing of the table itself.
data "aws_iam_policy_document" "access" {
  statement {
    sid = "Rows"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:DescribeTable",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = concat([aws_dynamodb_table.this.arn], values(local.index_arns))
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${data.aws_region.current.name}.amazonaws.com"]
    }
  }
}

locals {
  index_arns = { for index in keys(var.indexes) : index => "${aws_dynamodb_table.this.arn}/index/${index}" }
}
