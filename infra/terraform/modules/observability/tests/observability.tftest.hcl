mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-2" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-2:123456789012:plimsoll-test-alerts" }
  }
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:mock" }
  }
}

mock_provider "aws" {
  alias = "us_east_1"

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:plimsoll-test-edge-alerts" }
  }
}

variables {
  name    = "plimsoll-test"
  key_arn = "arn:aws:kms:eu-west-2:123456789012:key/11111111-1111-1111-1111-111111111111"
  email   = ["ops@example.com"]
  services = {
    api = {
      cluster                  = "plimsoll-test"
      service                  = "plimsoll-test-api"
      target_group_arn_suffix  = "targetgroup/api/1"
      load_balancer_arn_suffix = "app/plimsoll/1"
      log_group                = "/plimsoll/test/api"
    }
    console = {
      cluster                  = "plimsoll-test"
      service                  = "plimsoll-test-console"
      target_group_arn_suffix  = "targetgroup/console/1"
      load_balancer_arn_suffix = "app/plimsoll/1"
      log_group                = "/plimsoll/test/console"
      latency_p95_seconds      = 2
    }
  }
  database = { cluster_id = "plimsoll-test" }
  cache    = { replication_group_id = "plimsoll-test" }
  tables   = { sessions = "plimsoll-test-sessions", items = "plimsoll-test-items" }
  edge = {
    distribution_id = "E123"
    key_arn         = "arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222"
  }
  certificate_arns      = { balancer = "arn:aws:acm:eu-west-2:123456789012:certificate/a" }
  edge_certificate_arns = { edge = "arn:aws:acm:us-east-1:123456789012:certificate/b" }
  application           = {}
}

run "watches_everything" {
  assert {
    condition = alltrue([for key in [
      "api-5xx", "api-latency-p95", "api-unhealthy", "api-cpu", "api-memory", "api-below-desired", "api-errors-logged",
      "console-5xx", "console-latency-p95", "console-unhealthy", "console-cpu", "console-memory", "console-below-desired",
      "balancer-5xx", "database-acu", "database-cpu", "database-connections", "database-replica-lag", "database-memory",
      "cache-1-cpu", "cache-1-memory", "cache-1-evictions", "cache-2-cpu", "table-sessions-throttled", "table-items-throttled",
      "score-psi", "certificate-balancer", "edge-5xx", "edge-certificate-edge",
    ] : contains(keys(output.alarm_names), key)])
    error_message = "an alarm is missing: ${join(", ", keys(output.alarm_names))}"
  }

  assert {
    condition     = !contains(keys(output.alarm_names), "database-local-storage")
    error_message = "serverless instances do not report local storage"
  }

  assert {
    condition     = alltrue([for alarm in values(output.alarm_names) : startswith(alarm, "plimsoll-test-")])
    error_message = "every alarm's name begins with the prefix"
  }
}

run "every_alarm_tells_somebody" {
  assert {
    condition = alltrue(concat(
      [for alarm in aws_cloudwatch_metric_alarm.this : length(alarm.alarm_actions) == 1 && length(alarm.ok_actions) == 1],
      [for alarm in aws_cloudwatch_metric_alarm.edge : length(alarm.alarm_actions) == 1 && length(alarm.ok_actions) == 1],
    ))
    error_message = "an alarm tells nobody"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.edge : alltrue([for arn in alarm.alarm_actions : strcontains(arn, ":us-east-1:")])])
    error_message = "alarms in us-east-1 tell a topic in us-east-1"
  }

  assert {
    condition     = keys(aws_sns_topic_subscription.email) == ["ops@example.com"] && keys(aws_sns_topic_subscription.edge_email) == ["ops@example.com"]
    error_message = "people are told of both regions"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length(alarm.alarm_description) > 20])
    error_message = "an alarm does not say what it means"
  }
}

run "topics_are_encrypted" {
  assert {
    condition     = aws_sns_topic.alerts.kms_master_key_id == var.key_arn && aws_sns_topic.edge[0].kms_master_key_id == var.edge.key_arn
    error_message = "a topic has no key"
  }
}

run "deployments_roll_back_on_errors_and_latency" {
  assert {
    condition = output.rollback_alarm_names == {
      api     = ["plimsoll-test-api-5xx", "plimsoll-test-api-latency-p95"]
      console = ["plimsoll-test-console-5xx", "plimsoll-test-console-latency-p95"]
    }
    error_message = "each service rolls back on its own alarms"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["console-latency-p95"].threshold == 2 && aws_cloudwatch_metric_alarm.this["api-latency-p95"].threshold == 0.5
    error_message = "limits are those of the service"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency-p95"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.this["api-latency-p95"].statistic == null
    error_message = "a percentile is an extended statistic"
  }
}

run "the_composite_alarm_is_about_being_served" {
  assert {
    condition = aws_cloudwatch_composite_alarm.serving[0].alarm_rule == join(" OR ", [for name in [
      "api-5xx", "api-below-desired", "api-latency-p95", "balancer-5xx", "console-5xx", "console-below-desired", "console-latency-p95",
    ] : "ALARM(\"plimsoll-test-${name}\")"])
    error_message = "rule: ${aws_cloudwatch_composite_alarm.serving[0].alarm_rule}"
  }
}

run "the_dashboard_has_a_place_for_each_widget" {
  assert {
    condition = length(distinct([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.x}/${widget.y}"])) == length(
    jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets)
    error_message = "two widgets lie on one place"
  }

  assert {
    condition     = output.dashboard_name == "plimsoll-test" && length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 1 + 6 + 6 + 3 + 3 + 3 + 1 + 2 + 1
    error_message = "a widget is missing: ${length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets)}"
  }

  assert {
    condition = alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets :
      widget.properties.region == (startswith(widget.properties.title, "Edge") ? "us-east-1" : "eu-west-2") if widget.type == "metric"
    ])
    error_message = "only CloudFront is read from us-east-1"
  }
}

run "failed_deployments_are_told" {
  assert {
    condition     = toset(keys(aws_cloudwatch_event_rule.this)) == toset(["deployment-failed", "task-died"])
    error_message = "a rule is missing"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_event_rule.this["deployment-failed"].event_pattern, ":service/plimsoll-test/plimsoll-test-api")
    error_message = "only our services are listened to"
  }
}

run "kubernetes_is_watched_through_the_balancer" {
  variables {
    services = {
      api = {
        platform                 = "eks"
        cluster                  = "plimsoll-test"
        service                  = "api"
        target_group_arn_suffix  = "targetgroup/api/1"
        load_balancer_arn_suffix = "app/plimsoll/1"
        log_group                = "/plimsoll/test/pods"
        minimum                  = 3
      }
    }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-below-desired"].metric_name == "HealthyHostCount" && aws_cloudwatch_metric_alarm.this["api-below-desired"].threshold == 3
    error_message = "how many pods are healthy is the balancer's to say"
  }

  assert {
    condition     = !contains(keys(output.alarm_names), "api-cpu") && length(aws_cloudwatch_event_rule.this) == 0
    error_message = "ECS has no say in a cluster of pods"
  }
}

run "a_service_without_balancer" {
  variables {
    services = {
      worker = { cluster = "plimsoll-test", service = "plimsoll-test-worker", balanced = false, log_group = "/plimsoll/test/worker" }
    }
  }

  assert {
    condition     = output.rollback_alarm_names == { worker = [] } && contains(keys(output.alarm_names), "worker-below-desired")
    error_message = "without requests there is nothing to roll back on, tasks are watched all the same"
  }
}

run "nothing_to_watch_yet" {
  variables {
    services              = {}
    database              = null
    cache                 = null
    tables                = {}
    edge                  = null
    certificate_arns      = {}
    edge_certificate_arns = {}
    application           = null
  }

  assert {
    condition     = length(output.alarm_names) == 0 && output.composite_alarm_arn == null && output.edge_topic_arn == null
    error_message = "an alarm without anything to watch"
  }
}

run "provisioned_instances_report_local_storage" {
  variables {
    database = { cluster_id = "plimsoll-test", serverless = false, readers = false }
  }

  assert {
    condition     = contains(keys(output.alarm_names), "database-local-storage") && !contains(keys(output.alarm_names), "database-acu") && !contains(keys(output.alarm_names), "database-replica-lag")
    error_message = "alarms follow what the instances report"
  }
}

run "log_groups_have_retention_and_key" {
  variables {
    log_groups  = { "/plimsoll/test/collector" = 400 }
    log_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/33333333-3333-3333-3333-333333333333"
  }

  assert {
    condition     = aws_cloudwatch_log_group.extra["/plimsoll/test/collector"].retention_in_days == 400 && aws_cloudwatch_log_group.extra["/plimsoll/test/collector"].kms_key_id == var.log_key_arn
    error_message = "a log group needs a retention and a key"
  }
}

run "a_name_that_is_too_long" {
  command         = plan
  expect_failures = [var.name]
  variables { name = "plimsoll-production-and-much-more" }
}

run "an_alias_is_no_key" {
  command         = plan
  expect_failures = [var.key_arn]
  variables { key_arn = "alias/plimsoll" }
}

run "a_mistyped_address" {
  command         = plan
  expect_failures = [var.email]
  variables { email = ["ops.example.com"] }
}

run "topics_that_alarms_cannot_reach" {
  command         = plan
  expect_failures = [var.publishers]
  variables { publishers = ["backup.amazonaws.com"] }
}

run "a_retention_that_cloudwatch_does_not_have" {
  command         = plan
  expect_failures = [var.log_groups]
  variables {
    log_groups  = { "/plimsoll/test/x" = 100 }
    log_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/33333333-3333-3333-3333-333333333333"
  }
}

run "log_groups_without_a_key" {
  command         = plan
  expect_failures = [var.log_key_arn]
  variables { log_groups = { "/plimsoll/test/x" = 90 } }
}

run "a_balanced_service_without_its_balancer" {
  command         = plan
  expect_failures = [var.services]
  variables { services = { api = { cluster = "c", service = "s", log_group = "/l" } } }
}

run "an_unknown_platform" {
  command         = plan
  expect_failures = [var.services]
  variables { services = { api = { cluster = "c", service = "s", log_group = "/l", balanced = false, platform = "nomad" } } }
}

run "a_topic_for_the_edge_with_a_key_from_elsewhere" {
  command         = plan
  expect_failures = [var.edge]
  variables {
    edge = {
      distribution_id = "E123"
      key_arn         = "arn:aws:kms:eu-west-2:123456789012:key/22222222-2222-2222-2222-222222222222"
    }
  }
}

run "certificates_of_the_edge_without_an_edge" {
  command         = plan
  expect_failures = [var.edge_certificate_arns]
  variables { edge = null }
}

run "a_stability_index_without_limit" {
  command         = plan
  expect_failures = [var.application]
  variables { application = { psi_limit = 0 } }
}

run "a_namespace_of_aws" {
  command         = plan
  expect_failures = [var.application]
  variables { application = { namespace = "AWS/ECS" } }
}

run "a_cache_without_nodes" {
  command         = plan
  expect_failures = [var.cache]
  variables { cache = { replication_group_id = "plimsoll-test", nodes = 0 } }
}
