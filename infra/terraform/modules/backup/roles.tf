data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "Backup"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

locals {
  # Two roles: the plan's cannot restore, and who restores passes the other. AWS writes both policies and extends them when a
  # service changes how it is backed up, which a copy of ours would learn from a failed backup.
  roles = {
    backup  = "AWSBackupServiceRolePolicyForBackup"
    restore = "AWSBackupServiceRolePolicyForRestores"
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "${var.name}-${each.key == "backup" ? "backup" : "backup-restore"}"
  description          = "AWS Backup, to ${each.key} what ${var.name} has"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.roles

  role       = aws_iam_role.this[each.key].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/${each.value}"
}
