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
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:/plimsoll-test/api" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-2:123456789012:task-definition/plimsoll-test-api:1" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/plimsoll-test-api/0123456789abcdef"
      arn_suffix = "targetgroup/plimsoll-test-api/0123456789abcdef"
    }
  }
}

variables {
  name         = "plimsoll-test"
  service      = "api"
  cluster_arn  = "arn:aws:ecs:eu-west-2:123456789012:cluster/plimsoll-test"
  cluster_name = "plimsoll-test"
  image        = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-a", "subnet-b"]
  log_key_arn  = "arn:aws:kms:eu-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  load_balancer = {
    listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll-test-lb/0123456789abcdef/0123456789abcdef"
    security_group_id = "sg-balancer"
    arn_suffix        = "app/plimsoll-test-lb/0123456789abcdef"
    priority          = 10
    paths             = ["/api/*"]
  }
  secrets     = { PLIMSOLL_DATABASE_URL = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/database-AbCdEf:url::" }
  secret_arns = ["arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/database-AbCdEf"]
  key_arns    = ["arn:aws:kms:eu-west-2:123456789012:key/11234567-89ab-cdef-0123-456789abcdef"]
}

run "none_by_default" {
  command = plan

  assert {
    condition     = length(aws_ecs_service.canary) == 0 && length(aws_lb_target_group.canary) == 0 && length(aws_lb_listener_rule.canary) == 0
    error_message = "Nothing of a canary unless it is asked for"
  }
}

run "stands_without_tasks_and_traffic" {
  command = apply
  variables {
    canary      = { priority = 9 }
    alarm_names = ["plimsoll-test-api-5xx"]
    spot_share  = 100
    production  = false
  }

  assert {
    condition     = aws_ecs_service.canary[0].name == "api-canary" && aws_ecs_service.canary[0].desired_count == 0 && aws_ecs_service.canary[0].launch_type == "FARGATE"
    error_message = "A service of its own, without tasks, on demand"
  }
  assert {
    condition     = one(aws_ecs_service.canary[0].load_balancer).container_name == "api" && aws_ecs_service.canary[0].alarms[0].rollback
    error_message = "The same container, and the same alarms take it back"
  }
  assert {
    condition     = sort([for group in one(aws_lb_listener_rule.canary[0].action).forward[0].target_group : tostring(group.weight)]) == sort(["0", "100"])
    error_message = "All traffic is the service's"
  }
  assert {
    condition     = aws_lb_listener_rule.canary[0].priority == 9 && aws_lb_listener_rule.this[0].priority == 10 && one(aws_lb_listener_rule.this[0].action).target_group_arn != null
    error_message = "The rule that divides stands before the service's own, which stays as it is"
  }
  assert {
    condition     = length(aws_lb_listener_rule.canary[0].condition) == length(aws_lb_listener_rule.this[0].condition)
    error_message = "Both rules ask for the same"
  }
}

run "longest_names_fit" {
  command = plan
  variables {
    name    = "plimsoll-staging-eu-wes1"
    service = "back-office1"
    canary  = { priority = 9 }
  }
  assert {
    condition     = length(aws_lb_target_group.canary[0].name) <= 32 && aws_lb_target_group.canary[0].name != aws_lb_target_group.this[0].name
    error_message = "AWS takes 32 characters for a target group, and the two are told apart"
  }
}
