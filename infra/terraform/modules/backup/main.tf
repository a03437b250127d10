data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  vault = "${var.name}-backup"

  rules = {
    daily   = { schedule = var.daily_schedule, keep = var.daily_days }
    monthly = { schedule = var.monthly_schedule, keep = var.monthly_days }
  }
}

resource "aws_backup_vault" "this" {
  name          = local.vault
  kms_key_arn   = var.key_arn
  force_destroy = var.force_destroy

  tags = {
    Name = local.vault
  }
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.vault_lock == null ? 0 : 1

  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = var.vault_lock.min_days
  max_retention_days  = var.vault_lock.max_days
  changeable_for_days = var.vault_lock.changeable_for_days
}

# In production nobody deletes a recovery point or shortens its life by hand: they go when their time is up.
data "aws_iam_policy_document" "vault" {
  count = var.production ? 1 : 0

  statement {
    sid     = "NobodyDeletes"
    effect  = "Deny"
    actions = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]

    # star: a vault's policy speaks of what lies in its own vault
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_backup_vault_policy" "this" {
  count = length(data.aws_iam_policy_document.vault)

  backup_vault_name = aws_backup_vault.this.name
  policy            = data.aws_iam_policy_document.vault[0].json
}

resource "aws_backup_plan" "this" {
  name = local.vault

  dynamic "rule" {
    for_each = local.rules

    content {
      rule_name         = rule.key
      target_vault_name = aws_backup_vault.this.name
      schedule          = rule.value.schedule
      start_window      = 60
      completion_window = 720

      lifecycle {
        delete_after = rule.value.keep
      }

      dynamic "copy_action" {
        for_each = var.copy_vault_arn[*]

        content {
          destination_vault_arn = copy_action.value

          lifecycle {
            delete_after = rule.value.keep
          }
        }
      }
    }
  }
}

resource "aws_backup_selection" "resources" {
  count = length(var.resource_arns) > 0 ? 1 : 0

  name         = "${local.vault}-resources"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this["backup"].arn
  resources    = values(var.resource_arns)

  depends_on = [aws_iam_role_policy_attachment.this]
}

resource "aws_backup_selection" "tag" {
  count = var.tag == null ? 0 : 1

  name         = "${local.vault}-tag"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this["backup"].arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = var.tag.key
    value = var.tag.value
  }

  depends_on = [aws_iam_role_policy_attachment.this]
}
