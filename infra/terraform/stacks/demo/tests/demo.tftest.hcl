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
  mock_data "aws_region" {
    defaults = { name = "eu-west-2" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-2a", "eu-west-2b"] }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:/plimsoll-demo/demo" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-2:123456789012:task-definition/plimsoll-demo-demo:1" }
  }
}

variables {
  image   = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  callers = { office = "192.0.2.10/32", home = "198.51.100.0/24" }
}

run "one_small_task_open_to_named_addresses" {
  command = apply

  assert {
    condition     = { for name, rule in aws_vpc_security_group_ingress_rule.caller : name => "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}" } == { office = "192.0.2.10/32 8080-8080", home = "198.51.100.0/24 8080-8080" }
    error_message = "One port, from the addresses that were named"
  }
  assert {
    condition     = !aws_subnet.this.map_public_ip_on_launch && aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 7
    error_message = "Only the task asks for a public address; the key rotates"
  }
  assert {
    condition     = aws_ecs_cluster.this.name == "plimsoll-demo" && output.service_name == "demo" && output.log_group_name == "/plimsoll-demo/demo"
    error_message = "Names carry the prefix"
  }
  assert {
    condition     = can(regex("describe-network-interfaces", output.address_command)) && can(regex("/plimsoll-demo/demo", output.key_command))
    error_message = "Commands for the address and the key"
  }
}

run "cost_on_arm_in_london" {
  command = plan

  assert {
    condition = output.monthly_cost_usd == {
      "task, vCPU"          = "6.80"
      "task, memory"        = "1.49"
      "public IPv4 address" = "3.65"
      "key"                 = "1.00"
      "log lines"           = "0.06"
      "traffic out"         = "not priced"
      "Spot"                = "not used"
      "total"               = "13.00"
      "prices read"         = "2026-10"
    }
    error_message = "The month's cost should be that of prices.tf"
  }
}

# The worked figure: 8.50 + 1.87 for the task and 3.65 for its address.
run "cost_on_x86_in_london" {
  command = plan
  variables { architecture = "X86_64" }

  assert {
    condition     = output.monthly_cost_usd["task, vCPU"] == "8.50" && output.monthly_cost_usd["task, memory"] == "1.87" && output.monthly_cost_usd["public IPv4 address"] == "3.65"
    error_message = "x86 costs more than ARM"
  }
}

run "cost_in_virginia_in_office_hours_on_spot" {
  command = plan
  variables {
    region           = "us-east-1"
    spot             = true
    hours_per_month  = 100
    log_gb_per_month = 0
  }

  # 0.25 * 0.03238 * 100 + 0.5 * 0.00356 * 100 + 0.005 * 100 + 1
  assert {
    condition     = output.monthly_cost_usd["total"] == "2.49" && startswith(output.monthly_cost_usd["Spot"], "not priced") && output.monthly_cost_usd["prices read"] == "2026-08"
    error_message = "Hours count, and Spot is said to be not priced"
  }
}

run "open_to_the_world" {
  command = plan
  variables { callers = { everybody = "0.0.0.0/0" } }
  expect_failures = [var.callers]
}

run "half_the_world" {
  command = plan
  variables { callers = { low = "0.0.0.0/1" } }
  expect_failures = [var.callers]
}

run "nobody" {
  command = plan
  variables { callers = {} }
  expect_failures = [var.callers]
}

run "other_values" {
  command = plan
  variables {
    name             = "Demo"
    region           = "eu-west-1"
    image            = "plimsoll:latest"
    architecture     = "arm"
    hours_per_month  = 8760
    log_gb_per_month = -1
  }
  expect_failures = [var.name, var.region, var.image, var.architecture, var.hours_per_month, var.log_gb_per_month]
}
