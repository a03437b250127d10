locals {
  state_objects = [for state in sort(var.states) : "${var.state_bucket_arn}/${state}/*"]
}

# Planning reads a state and holds its lock, nothing more: the lock is the one object that it writes.
data "aws_iam_policy_document" "state_plan" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [var.state_bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      # Terraform looks for workspaces under env:/, whether or not there are any.
      values = concat([for state in sort(var.states) : "${state}/*"], ["env:/", "env:/*"])
    }
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = local.state_objects
  }

  statement {
    sid       = "Lock"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = [for object in local.state_objects : "${object}.tflock"]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.state_key_arn]
  }
}

data "aws_iam_policy_document" "state_apply" {
  source_policy_documents = [data.aws_iam_policy_document.state_plan.json]

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = local.state_objects
  }
}

resource "aws_iam_role_policy" "state_plan" {
  name   = "state"
  role   = aws_iam_role.this["plan"].id
  policy = data.aws_iam_policy_document.state_plan.json
}

resource "aws_iam_role_policy" "state_apply" {
  name   = "state"
  role   = aws_iam_role.this["apply"].id
  policy = data.aws_iam_policy_document.state_apply.json
}
