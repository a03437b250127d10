# Cost Anomaly Detection learns what each service costs and tells of what is unusual, long before a budget is spent.

resource "aws_ce_anomaly_monitor" "services" {
  count = var.monitor_arn == null ? 1 : 0

  name              = "${var.name}-services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

locals {
  monitor_arn = var.monitor_arn == null ? one(aws_ce_anomaly_monitor.services[*].arn) : var.monitor_arn
}

# Mail comes once a day at most, a topic is told at once: AWS has no other pairs of these.
resource "aws_ce_anomaly_subscription" "daily" {
  name             = "${var.name}-daily"
  frequency        = "DAILY"
  monitor_arn_list = [local.monitor_arn]

  dynamic "subscriber" {
    for_each = toset(var.emails)

    content {
      type    = "EMAIL"
      address = subscriber.value
    }
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(var.anomaly_threshold_usd)]
    }
  }
}

resource "aws_ce_anomaly_subscription" "immediate" {
  name             = "${var.name}-immediate"
  frequency        = "IMMEDIATE"
  monitor_arn_list = [local.monitor_arn]

  subscriber {
    type    = "SNS"
    address = aws_sns_topic.cost.arn
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(var.anomaly_threshold_usd)]
    }
  }

  depends_on = [aws_sns_topic_policy.cost]
}
