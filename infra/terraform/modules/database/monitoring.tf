# Made before the cluster, or RDS would make them itself: without a key and kept for ever.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["iam-db-auth-error", "postgresql"])

  name              = "/aws/rds/cluster/${local.cluster}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = coalesce(var.logs_key_arn, var.key_arn)
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    sid     = "EnhancedMonitoring"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name                 = "${local.cluster}-monitoring"
  description          = "RDS writes the operating system's metrics of ${local.cluster}"
  assume_role_policy   = data.aws_iam_policy_document.monitoring_trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
