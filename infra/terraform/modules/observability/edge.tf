# CloudFront's metrics, and certificates for it, are in us-east-1. Alarms tell topics of their own region, so one stands there too.

locals {
  edge_alarms = merge(
    var.edge == null ? {} : {
      "edge-5xx" = {
        description = "More than 1 % of CloudFront's answers are errors of the service or of the way to it"
        threshold   = 1
        comparison  = "GreaterThanThreshold"
        periods     = 5
        breaching   = 3
        metric      = { namespace = "AWS/CloudFront", name = "5xxErrorRate", stat = "Average", period = 60, dimensions = { DistributionId = var.edge.distribution_id, Region = "Global" } }
      }
    },
    { for key, arn in var.edge_certificate_arns : "edge-certificate-${key}" => {
      description = "The certificate ${key} of CloudFront ends within 30 days and has not been renewed"
      threshold   = 30
      comparison  = "LessThanThreshold"
      periods     = 1
      breaching   = 1
      metric      = { namespace = "AWS/CertificateManager", name = "DaysToExpiry", stat = "Minimum", period = 86400, dimensions = { CertificateArn = arn } }
    } },
  )
}

resource "aws_sns_topic" "edge" {
  count    = var.edge == null ? 0 : 1
  provider = aws.us_east_1

  name              = "${var.name}-edge-alerts"
  display_name      = var.name
  kms_master_key_id = var.edge.key_arn
}

data "aws_iam_policy_document" "edge" {
  count = var.edge == null ? 0 : 1

  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.edge[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  statement {
    sid       = "EncryptedConnectionsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.edge[0].arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "edge" {
  count    = var.edge == null ? 0 : 1
  provider = aws.us_east_1

  arn    = aws_sns_topic.edge[0].arn
  policy = data.aws_iam_policy_document.edge[0].json
}

resource "aws_sns_topic_subscription" "edge_email" {
  for_each = var.edge == null ? [] : toset(var.email)
  provider = aws.us_east_1

  topic_arn = aws_sns_topic.edge[0].arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_metric_alarm" "edge" {
  for_each = local.edge_alarms
  provider = aws.us_east_1

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.breaching
  treat_missing_data  = "notBreaching"
  namespace           = each.value.metric.namespace
  metric_name         = each.value.metric.name
  statistic           = each.value.metric.stat
  period              = each.value.metric.period
  dimensions          = each.value.metric.dimensions
  alarm_actions       = [aws_sns_topic.edge[0].arn]
  ok_actions          = [aws_sns_topic.edge[0].arn]
}
