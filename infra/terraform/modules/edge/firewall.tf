# What never reaches the service. CloudFront's firewall, its log and the log's key exist in us-east-1.

locals {
  metric       = replace(var.name, "-", "")
  firewall_log = "aws-waf-logs-${var.name}" # the prefix is AWS's
}

# Callers that are known and may call as often as they need, such as the lender's own systems behind one address.
resource "aws_wafv2_ip_set" "unlimited" {
  provider = aws.us_east_1
  count    = length(var.unlimited_cidrs) > 0 ? 1 : 0

  name               = "${var.name}-unlimited"
  description        = "Callers that the rate rule does not count"
  scope              = "CLOUDFRONT"
  ip_address_version = "IPV4"
  addresses          = var.unlimited_cidrs
}

resource "aws_wafv2_web_acl" "this" {
  provider = aws.us_east_1

  name        = var.name
  description = "In front of ${var.name}"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 10

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit                 = var.rate_limit
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"

        dynamic "scope_down_statement" {
          for_each = aws_wafv2_ip_set.unlimited

          content {
            not_statement {
              statement {
                ip_set_reference_statement {
                  arn = scope_down_statement.value.arn
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.metric}Rate"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "reputation"
    priority = 20

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.metric}Reputation"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "bad-inputs"
    priority = 30

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.metric}BadInputs"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "common"
    priority = 40

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"

        dynamic "rule_action_override" {
          for_each = var.counted_rules

          content {
            name = rule_action_override.value

            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.metric}Common"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.metric
    sampled_requests_enabled   = true
  }
}

data "aws_iam_policy_document" "firewall_log_key" {
  #checkov:skip=CKV_AWS_109: because the resource of a key policy is the key itself
  #checkov:skip=CKV_AWS_111: because the resource of a key policy is the key itself
  #checkov:skip=CKV_AWS_356: because the resource of a key policy is the key itself
  statement {
    sid = "Administration"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    # star: a key policy speaks of its own key
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  statement {
    sid     = "FirewallLog"
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    # star: a key policy speaks of its own key
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.us-east-1.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:us-east-1:${local.account}:log-group:${local.firewall_log}"]
    }
  }
}

resource "aws_kms_key" "firewall_log" {
  provider = aws.us_east_1

  description             = "Firewall log of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.production ? 30 : 7
  policy                  = data.aws_iam_policy_document.firewall_log_key.json
}

resource "aws_kms_alias" "firewall_log" {
  provider = aws.us_east_1

  name          = "alias/${var.name}-firewall-log"
  target_key_id = aws_kms_key.firewall_log.key_id
}

resource "aws_cloudwatch_log_group" "firewall" {
  provider = aws.us_east_1

  name              = local.firewall_log
  retention_in_days = var.firewall_log_retention_days
  kms_key_id        = aws_kms_key.firewall_log.arn
}

# Only what was blocked or counted: what was let through is in the access log.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  provider = aws.us_east_1

  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }
}
