data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

# Budgets and anomalies are told to people by e-mail, and to whatever else listens by this topic.
resource "aws_sns_topic" "cost" {
  name              = "${var.name}-cost"
  display_name      = "${var.name} cost"
  kms_master_key_id = var.key_arn
}

data "aws_iam_policy_document" "cost" {
  statement {
    sid       = "BudgetsAndAnomaliesOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.cost.arn]

    principals {
      type        = "Service"
      identifiers = ["budgets.amazonaws.com", "costalerts.amazonaws.com"]
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
    resources = [aws_sns_topic.cost.arn]

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

resource "aws_sns_topic_policy" "cost" {
  arn    = aws_sns_topic.cost.arn
  policy = data.aws_iam_policy_document.cost.json
}

locals {
  # The whole, then each service under a name that budgets may have.
  budgets = merge(
    { total = { name = "${var.name}-total", limit = var.monthly_limit_usd, service = null } },
    { for service, limit in var.services : service => {
      name    = "${var.name}-${trim(replace(lower(service), "/[^a-z0-9]+/", "-"), "-")}"
      limit   = limit
      service = service
    } },
  )

  notifications = {
    most-spent = { type = "ACTUAL", percent = 80 }
    all-spent  = { type = "ACTUAL", percent = 100 }
    forecast   = { type = "FORECASTED", percent = 100 }
  }
}

resource "aws_budgets_budget" "this" {
  for_each = local.budgets

  name         = each.value.name
  budget_type  = "COST"
  limit_amount = tostring(each.value.limit)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  # Credits and refunds would hide what is being spent.
  cost_types {
    include_credit = false
    include_refund = false
  }

  dynamic "cost_filter" {
    for_each = each.value.service == null ? [] : [each.value.service]

    content {
      name   = "Service"
      values = [cost_filter.value]
    }
  }

  dynamic "cost_filter" {
    for_each = var.tag == null ? [] : [var.tag]

    content {
      name   = "TagKeyValue"
      values = [format("user:%s$%s", cost_filter.value.key, cost_filter.value.value)]
    }
  }

  dynamic "notification" {
    for_each = local.notifications

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
      subscriber_sns_topic_arns  = [aws_sns_topic.cost.arn]
    }
  }

  # Budgets tries the topic when it is made.
  depends_on = [aws_sns_topic_policy.cost]
}

resource "aws_ce_cost_allocation_tag" "this" {
  for_each = var.activate_tags

  tag_key = each.value
  status  = "Active"
}
