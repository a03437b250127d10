# What the service writes is JSON with time, level, target, request_id and the event's own fields; a request's line has the target `access`.

locals {
  log_namespace = "Plimsoll/${var.name}"
  logs_written  = distinct([for service in values(var.services) : service.log_group])
}

resource "aws_cloudwatch_log_group" "extra" {
  for_each = var.log_groups

  #checkov:skip=CKV_AWS_338: because each group says how long its lines are kept, and some are worth less than a year
  name              = each.key
  retention_in_days = each.value
  kms_key_id        = var.log_key_arn
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  for_each = var.services

  name           = "${var.name}-${each.key}-errors"
  log_group_name = each.value.log_group
  pattern        = "{ $.level = \"ERROR\" }"

  metric_transformation {
    name          = "${each.key}-errors"
    namespace     = local.log_namespace
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = length(var.services) == 0 ? {} : {
    "errors"       = "fields @timestamp, level, target, message, request_id | filter level = 'ERROR' | sort @timestamp desc | limit 100"
    "slow"         = "filter target = 'access' | stats count(*) as requests, pct(duration_us, 50) / 1000 as p50_ms, pct(duration_us, 95) / 1000 as p95_ms, max(duration_us) / 1000 as max_ms by route | sort p95_ms desc"
    "answers"      = "filter target = 'access' | stats count(*) as requests by route, status | sort requests desc"
    "one-request"  = "fields @timestamp, level, target, message | filter request_id = 'PUT ITS ID HERE' | sort @timestamp asc"
    "starts-stops" = "fields @timestamp, @logStream, message | filter message like /listening|stopp|drain/ | sort @timestamp desc | limit 100"
  }

  name            = "${var.name}/${each.key}"
  log_group_names = local.logs_written
  query_string    = each.value
}
