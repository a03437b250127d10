# The role of a restore drill's check (`plimsoll-ops restore-drill`): what the services may do, and to sign in to a cluster that
# was restored, whose id nobody knows before. The services' own roles may sign in to the one cluster only.

data "aws_iam_policy_document" "drill_trust" {
  count = var.restore_drill ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # Tasks of this account only, as for the services.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [split(":", aws_ecs_cluster.this.arn)[4]]
    }
  }
}

data "aws_iam_policy_document" "drill" {
  count = var.restore_drill ? 1 : 0

  statement {
    sid     = "SignInToWhatWasRestored"
    actions = ["rds-db:connect"]
    # Every cluster of the account and region that lets this user in; the security groups let the tasks reach this environment's.
    resources = [replace(module.foundation.database.connect_arn, "/dbuser:[^/]+/", "dbuser:*")]
  }
}

resource "aws_iam_role" "drill" {
  count = var.restore_drill ? 1 : 0

  name                 = "${local.name}-drill-task"
  description          = "Checks a database that a drill restored"
  assume_role_policy   = data.aws_iam_policy_document.drill_trust[0].json
  permissions_boundary = local.boundary_arn
}

resource "aws_iam_role_policy" "drill" {
  for_each = var.restore_drill ? merge(module.foundation.policies_json, { restored = data.aws_iam_policy_document.drill[0].json }) : {}

  name   = each.key
  role   = aws_iam_role.drill[0].id
  policy = each.value
}
