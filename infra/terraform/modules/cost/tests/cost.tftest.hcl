mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-2:123456789012:plimsoll-test-cost" }
  }
  mock_resource "aws_ce_anomaly_monitor" {
    defaults = { arn = "arn:aws:ce::123456789012:anomalymonitor/11111111-1111-1111-1111-111111111111" }
  }
}

mock_provider "aws" {
  alias = "us_east_1"
}

variables {
  name              = "plimsoll-test"
  key_arn           = "arn:aws:kms:eu-west-2:123456789012:key/11111111-1111-1111-1111-111111111111"
  emails            = ["finance@example.com", "ops@example.com"]
  monthly_limit_usd = 1500
  services = {
    "Amazon Relational Database Service"  = 500
    "Amazon Elastic Container Service"    = 300
    "Amazon EC2 Container Registry (ECR)" = 20
    "AmazonCloudWatch"                    = 100
  }
  export = { bucket = "plimsoll-test-lake", region = "eu-west-2" }
}

run "the_whole_and_each_service_have_a_budget" {
  assert {
    condition = output.budget_names == {
      total                                 = "plimsoll-test-total"
      "Amazon Relational Database Service"  = "plimsoll-test-amazon-relational-database-service"
      "Amazon Elastic Container Service"    = "plimsoll-test-amazon-elastic-container-service"
      "Amazon EC2 Container Registry (ECR)" = "plimsoll-test-amazon-ec2-container-registry-ecr"
      "AmazonCloudWatch"                    = "plimsoll-test-amazoncloudwatch"
    }
    error_message = "names: ${join(", ", values(output.budget_names))}"
  }

  assert {
    condition     = aws_budgets_budget.this["total"].limit_amount == "1500" && aws_budgets_budget.this["total"].time_unit == "MONTHLY" && aws_budgets_budget.this["total"].limit_unit == "USD"
    error_message = "the whole is what a month may cost"
  }

  assert {
    condition     = length(aws_budgets_budget.this["total"].cost_filter) == 0
    error_message = "without a tag the total has everything in it"
  }

  assert {
    condition     = one(aws_budgets_budget.this["AmazonCloudWatch"].cost_filter).name == "Service" && one(aws_budgets_budget.this["AmazonCloudWatch"].cost_filter).values == tolist(["AmazonCloudWatch"])
    error_message = "a service's budget has that service in it"
  }
}

run "people_hear_of_80_and_100_percent_and_of_the_forecast" {
  assert {
    condition = alltrue([for budget in aws_budgets_budget.this :
      toset([for notification in budget.notification : "${notification.notification_type} ${notification.threshold}"]) == toset(["ACTUAL 80", "ACTUAL 100", "FORECASTED 100"])
    ])
    error_message = "a budget lacks one of its three notifications"
  }

  assert {
    condition = alltrue(flatten([for budget in aws_budgets_budget.this : [for notification in budget.notification :
      toset(notification.subscriber_email_addresses) == toset(var.emails) && length(notification.subscriber_sns_topic_arns) == 1
    ]]))
    error_message = "a notification tells nobody"
  }

  assert {
    condition     = alltrue([for budget in aws_budgets_budget.this : !budget.cost_types[0].include_credit && !budget.cost_types[0].include_refund])
    error_message = "credits hide what is spent"
  }
}

run "the_topic_is_encrypted" {
  assert {
    condition     = aws_sns_topic.cost.kms_master_key_id == var.key_arn
    error_message = "the topic has no key"
  }
}

run "anomalies_from_twenty_dollars" {
  assert {
    condition = alltrue([for subscription in [aws_ce_anomaly_subscription.daily, aws_ce_anomaly_subscription.immediate] :
      one(subscription.threshold_expression[0].dimension).values == toset(["20"])
    ])
    error_message = "the threshold is 20 USD"
  }

  assert {
    condition     = aws_ce_anomaly_subscription.daily.frequency == "DAILY" && aws_ce_anomaly_subscription.immediate.frequency == "IMMEDIATE"
    error_message = "mail daily, the topic at once"
  }
}

run "an_account_that_has_a_monitor" {
  variables { monitor_arn = "arn:aws:ce::123456789012:anomalymonitor/22222222-2222-2222-2222-222222222222" }

  assert {
    condition     = length(aws_ce_anomaly_monitor.services) == 0 && output.monitor_arn == var.monitor_arn
    error_message = "a second monitor of services is refused by AWS"
  }
}

run "costs_of_one_tag" {
  variables {
    tag           = { key = "Project", value = "plimsoll" }
    activate_tags = ["Project"]
  }

  assert {
    condition     = alltrue([for budget in aws_budgets_budget.this : contains(flatten([for filter in budget.cost_filter : filter.values]), "user:Project$plimsoll")])
    error_message = "each budget is narrowed to the tag"
  }
}

run "the_bill_goes_to_the_lake_as_parquet" {
  assert {
    condition     = output.export_name == "plimsoll-test-bill"
    error_message = "name: ${coalesce(output.export_name, "none")}"
  }

  assert {
    condition     = aws_bcmdataexports_export.bill[0].export[0].destination_configurations[0].s3_destination[0].s3_bucket == "plimsoll-test-lake" && aws_bcmdataexports_export.bill[0].export[0].destination_configurations[0].s3_destination[0].s3_output_configurations[0].format == "PARQUET"
    error_message = "the export goes elsewhere"
  }

  assert {
    condition     = length(aws_bcmdataexports_export.bill[0].export[0].data_query[0].table_configurations["COST_AND_USAGE_REPORT"]) == 5
    error_message = "each setting that is left out comes back as a change"
  }
}

run "without_export" {
  variables { export = null }

  assert {
    condition     = output.export_name == null
    error_message = "there is no export"
  }
}

run "a_name_that_aws_does_not_bill_by" {
  command         = plan
  expect_failures = [var.services]
  variables { services = { "Amazon S3" = 100 } }
}

run "a_name_from_the_console" {
  command         = plan
  expect_failures = [var.services]
  variables { services = { "Amazon Elastic Kubernetes Service" = 100 } }
}

run "a_service_that_may_cost_more_than_the_whole" {
  command         = plan
  expect_failures = [var.services]
  variables { services = { "AmazonCloudWatch" = 2000 } }
}

run "a_threshold_below_noise" {
  command         = plan
  expect_failures = [var.anomaly_threshold_usd]
  variables { anomaly_threshold_usd = 19 }
}

run "a_month_that_may_cost_nothing" {
  command         = plan
  expect_failures = [var.monthly_limit_usd]
  variables { monthly_limit_usd = 0 }
}

run "budgets_that_tell_nobody" {
  command         = plan
  expect_failures = [var.emails]
  variables { emails = [] }
}

run "more_addresses_than_a_budget_takes" {
  command         = plan
  expect_failures = [var.emails]
  variables { emails = [for number in range(11) : "person${number}@example.com"] }
}

run "a_tag_that_budgets_cannot_read" {
  command         = plan
  expect_failures = [var.tag]
  variables { tag = { key = "a$b", value = "c" } }
}

run "something_that_is_no_monitor" {
  command         = plan
  expect_failures = [var.monitor_arn]
  variables { monitor_arn = "arn:aws:sns:eu-west-2:123456789012:x" }
}

run "a_prefix_with_a_slash_at_its_end" {
  command         = plan
  expect_failures = [var.export]
  variables { export = { bucket = "plimsoll-test-lake", region = "eu-west-2", prefix = "bill/" } }
}

run "a_name_that_ends_with_a_dash" {
  command         = plan
  expect_failures = [var.name]
  variables { name = "plimsoll-" }
}

run "an_alias_is_no_key" {
  command         = plan
  expect_failures = [var.key_arn]
  variables { key_arn = "alias/plimsoll" }
}
