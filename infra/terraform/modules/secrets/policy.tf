data "aws_iam_policy_document" "this" {
  for_each = var.secrets

  # Also somebody who was allowed to by a policy of theirs.
  statement {
    sid     = "NobodyOfAnotherAccount"
    effect  = "Deny"
    actions = local.acts

    # star: a secret's policy speaks of its own secret
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }

    # RDS and the like, where they come for us.
    condition {
      test     = "Bool"
      variable = "aws:PrincipalIsAWSService"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = length(var.readers) > 0 ? [1] : []

    content {
      sid     = "Readers"
      actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]

      # star: a secret's policy speaks of its own secret
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = var.readers
      }
    }
  }

  # An administrator's policy does not open a secret by the way.
  dynamic "statement" {
    for_each = length(var.readers) > 0 ? [1] : []

    content {
      sid     = "NobodyElseReads"
      effect  = "Deny"
      actions = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"]

      # star: a secret's policy speaks of its own secret
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "ArnNotEquals"
        variable = "aws:PrincipalArn"
        values   = concat(var.readers, var.keepers)
      }

      condition {
        test     = "Bool"
        variable = "aws:PrincipalIsAWSService"
        values   = ["false"]
      }
    }
  }
}

locals {
  acts = [
    "secretsmanager:DeleteSecret",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:GetSecretValue",
    "secretsmanager:ListSecretVersionIds",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:RotateSecret",
    "secretsmanager:UpdateSecret",
    "secretsmanager:UpdateSecretVersionStage",
  ]
}

resource "aws_secretsmanager_secret_policy" "this" {
  for_each = var.secrets

  secret_arn          = aws_secretsmanager_secret.this[each.key].arn
  policy              = data.aws_iam_policy_document.this[each.key].json
  block_public_policy = true
}
