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

run "the_task_is_hardened" {
  command = apply

  assert {
    condition = alltrue([for container in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      container.readonlyRootFilesystem && container.user == "65532:65532" && !container.privileged &&
      container.linuxParameters.initProcessEnabled && container.linuxParameters.capabilities.drop == ["ALL"]
    ])
    error_message = "Read-only root, no root user, an init process and no capabilities"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 60 && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].ulimits[0].softLimit == 65536
    error_message = "Time to drain, and files for connections"
  }
  assert {
    condition     = aws_ecs_task_definition.this.runtime_platform[0].cpu_architecture == "ARM64" && aws_ecs_task_definition.this.skip_destroy && !aws_ecs_task_definition.this.track_latest
    error_message = "ARM by default, and revisions stay for rollbacks"
  }
}

run "settings_and_secrets" {
  command = apply

  assert {
    condition = alltrue([
      for key, value in { PLIMSOLL_ROLE = "api", PLIMSOLL_LISTEN = "0.0.0.0:8080", PLIMSOLL_PRIVATE_LISTEN = "127.0.0.1:9464", PLIMSOLL_DATA = "/var/lib/plimsoll" } :
      contains(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment, { name = key, value = value })
    ])
    error_message = "The service should know its role and listen where the balancer asks, metrics inside the task only"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets == [{ name = "PLIMSOLL_DATABASE_URL", valueFrom = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/database-AbCdEf:url::" }]
    error_message = "Secrets come by full ARN and JSON key"
  }
  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].portMappings) == 1
    error_message = "The port of metrics is not mapped"
  }
}

run "names_and_logs" {
  command = plan

  assert {
    condition = (
      aws_ecs_service.this.name == "api" && aws_ecs_task_definition.this.family == "plimsoll-test-api" &&
      aws_iam_role.task.name == "plimsoll-test-api-task" && aws_iam_role.execution.name == "plimsoll-test-api-execution" &&
      aws_cloudwatch_log_group.this.name == "/plimsoll-test/api" && startswith(aws_lb_target_group.this[0].name, "plimsoll-test-api-")
    )
    error_message = "Names carry the prefix and the service"
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 400 && aws_cloudwatch_log_group.this.kms_key_id == var.log_key_arn
    error_message = "Logs have a retention and a key"
  }
}

run "longest_names_fit" {
  command = plan
  variables {
    name    = "plimsoll-staging-eu-wes1"
    service = "back-office1"
  }
  assert {
    condition     = length(aws_lb_target_group.this[0].name) <= 32 && length(aws_iam_role.execution.name) <= 64
    error_message = "AWS takes 32 characters for a target group"
  }
}

run "deployments_roll_back" {
  command = plan
  variables { alarm_names = ["plimsoll-test-api-5xx"] }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].rollback && aws_ecs_service.this.alarms[0].rollback && aws_ecs_service.this.alarms[0].enable
    error_message = "The circuit breaker and the alarms roll back"
  }
  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 100 && aws_ecs_service.this.enable_execute_command == false
    error_message = "No task leaves before its successor is healthy, and exec is off"
  }
}

run "traffic_comes_from_the_balancer" {
  command = plan

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.balancer[0].referenced_security_group_id == "sg-balancer" &&
      aws_vpc_security_group_ingress_rule.balancer[0].cidr_ipv4 == null &&
      aws_vpc_security_group_egress_rule.balancer[0].security_group_id == "sg-balancer"
    )
    error_message = "Groups name each other, not ranges"
  }
  assert {
    condition     = aws_lb_target_group.this[0].protocol == "HTTPS" && tonumber(aws_lb_target_group.this[0].deregistration_delay) == 40 && aws_lb_target_group.this[0].health_check[0].path == "/health"
    error_message = "TLS to the task, time to drain, health asked on /health"
  }
  assert {
    condition     = !aws_ecs_service.this.network_configuration[0].assign_public_ip
    error_message = "No public address"
  }
  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.this : "${rule.cidr_ipv4} ${rule.from_port}"] == ["0.0.0.0/0 443"]
    error_message = "HTTPS out and no more"
  }
}

run "a_public_balancer_asks_for_the_header" {
  command = plan
  variables {
    origin_header = { name = "X-Origin-Verify", values = ["new-0123456789abcdef0123456789abcdef", "old-0123456789abcdef0123456789abcdef"] }
  }
  assert {
    condition     = length(aws_lb_listener_rule.this[0].condition) == 2
    error_message = "The rule should ask for the path and the header"
  }
}

run "scaling" {
  command = apply

  assert {
    condition     = aws_appautoscaling_target.this[0].min_capacity == 2 && aws_appautoscaling_target.this[0].max_capacity == 10
    error_message = "Two to ten tasks"
  }
  assert {
    condition = { for name, policy in aws_appautoscaling_policy.this : name => policy.target_tracking_scaling_policy_configuration[0].target_value } == {
      cpu = 70, memory = 80, requests = 1000
    }
    error_message = "Three targets"
  }
  assert {
    condition     = aws_appautoscaling_policy.this["requests"].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].resource_label == "app/plimsoll-test-lb/0123456789abcdef/targetgroup/plimsoll-test-api/0123456789abcdef"
    error_message = "Requests are counted on this target group of this balancer"
  }
}

run "one_fixed_task_without_a_balancer" {
  command = plan
  variables {
    production       = false
    load_balancer    = null
    subnet_ids       = ["subnet-a"]
    assign_public_ip = true
    desired          = 1
    minimum          = 1
    maximum          = 1
    spot_share       = 100
  }
  assert {
    condition     = length(aws_appautoscaling_target.this) == 0 && length(aws_lb_target_group.this) == 0 && length(aws_lb_listener_rule.this) == 0
    error_message = "Nothing to scale, nothing to balance"
  }
  assert {
    condition     = [for strategy in aws_ecs_service.this.capacity_provider_strategy : strategy.capacity_provider] == ["FARGATE_SPOT"]
    error_message = "All on Spot"
  }
}

run "spot_beside_on_demand" {
  command = plan
  variables { spot_share = 75 }
  assert {
    condition = { for strategy in aws_ecs_service.this.capacity_provider_strategy : strategy.capacity_provider => "${strategy.base} ${strategy.weight}" } == {
      FARGATE = "1 25", FARGATE_SPOT = "0 75"
    }
    error_message = "One task at least stays on demand"
  }
}

run "down_to_zero_at_night" {
  command = plan
  variables {
    production = false
    minimum    = 1
    schedules = [
      { name = "night", cron = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/London", minimum = 0, maximum = 0 },
      { name = "morning", cron = "cron(0 7 ? * MON-FRI *)", timezone = "Europe/London", minimum = 1, maximum = 4 },
    ]
  }
  assert {
    condition     = aws_appautoscaling_scheduled_action.this["night"].scalable_target_action[0].max_capacity == "0" && aws_appautoscaling_scheduled_action.this["morning"].timezone == "Europe/London"
    error_message = "Schedules move both bounds"
  }
}

run "prepare_runs_first" {
  command = apply
  variables {
    prepare = {
      image   = "public.ecr.aws/example/files@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      command = ["write"]
      secrets = { CERTIFICATE = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/tls-AbCdEf:certificate::" }
    }
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].dependsOn == [{ containerName = "prepare", condition = "SUCCESS" }]
    error_message = "The service waits for the files"
  }
  assert {
    condition     = [for mount in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].mountPoints : mount.readOnly if mount.sourceVolume == "run"] == [true]
    error_message = "The service only reads what prepare wrote"
  }
}

run "outputs" {
  command = apply
  assert {
    condition = (
      output.service_name == "api" && output.target_group_arn_suffix == "targetgroup/plimsoll-test-api/0123456789abcdef" &&
      output.task_definition_family == "plimsoll-test-api" && output.log_group_name == "/plimsoll-test/api"
    )
    error_message = "Outputs should have the shape that alarms and deployments take"
  }
}
