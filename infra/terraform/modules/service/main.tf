# The task that runs, and the service that keeps it running.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  full_name = "${var.name}-${var.service}"
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.name # 6.x: .region

  # Written by nobody but the task itself, gone with it. The image declares each as a VOLUME of user 65532: Fargate takes
  # the owner of a volume from there.
  volumes = {
    data = "/var/lib/plimsoll"
    tmp  = "/tmp"
    run  = "/run/plimsoll"
  }

  # What Plimsoll needs to know of where it stands. The private listener stays inside the task: no port is mapped to it.
  environment = merge({
    PLIMSOLL_DATA           = local.volumes.data
    PLIMSOLL_LISTEN         = "0.0.0.0:${var.container_port}"
    PLIMSOLL_LOG_FORMAT     = "json"
    PLIMSOLL_PRIVATE_LISTEN = "127.0.0.1:9464"
    PLIMSOLL_ROLE           = contains(["api", "console"], var.service) ? var.service : "all"
  }, var.environment)

  hardening = {
    essential              = true
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters = {
      initProcessEnabled = true
      capabilities       = { drop = ["ALL"], add = [] }
    }
  }

  logs = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.this.name
      awslogs-region        = local.region
      awslogs-stream-prefix = var.service
      # Lines wait in memory when CloudWatch is slow; answering applications never waits for a log line.
      mode            = "non-blocking"
      max-buffer-size = "8m"
    }
  }

  containers = concat(
    [merge(local.hardening, {
      name         = var.service
      image        = var.image
      command      = var.command
      portMappings = [{ name = var.service, containerPort = var.container_port, hostPort = var.container_port, protocol = "tcp" }]
      environment  = [for key, value in local.environment : { name = key, value = value }]
      secrets      = [for key, value in var.secrets : { name = key, valueFrom = value }]
      mountPoints = [for name, path in local.volumes : {
        sourceVolume  = name
        containerPath = path
        readOnly      = name == "run" && var.prepare != null
      }]
      ulimits          = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
      stopTimeout      = var.stop_timeout
      dependsOn        = var.prepare == null ? [] : [{ containerName = "prepare", condition = "SUCCESS" }]
      logConfiguration = local.logs
      systemControls   = []
      volumesFrom      = []
    })],
    var.prepare == null ? [] : [merge(local.hardening, {
      name             = "prepare"
      image            = var.prepare.image
      command          = var.prepare.command
      essential        = false
      portMappings     = []
      environment      = [for key, value in var.prepare.environment : { name = key, value = value }]
      secrets          = [for key, value in var.prepare.secrets : { name = key, valueFrom = value }]
      mountPoints      = [for name in ["run", "tmp"] : { sourceVolume = name, containerPath = local.volumes[name], readOnly = false }]
      logConfiguration = local.logs
      systemControls   = []
      volumesFrom      = []
    })],
  )
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338: because production refuses less than a year, and a trial may choose less
  name              = "/${var.name}/${var.service}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode(local.containers)

  # Terraform looks at the revision it made itself, not at those that a deployment made after it (README: Deployments),
  # and leaves old revisions standing, which is what a rollback goes back to.
  track_latest = false
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  dynamic "volume" {
    for_each = local.volumes

    content {
      name = volume.key
    }
  }
}

resource "aws_ecs_service" "this" {
  #checkov:skip=CKV_AWS_332: because the platform version is pinned to 1.4.0, the only one since 2020; LATEST is the same
  #checkov:skip=CKV_AWS_333: because a public address is a choice for a trial without a load balancer and refused in production
  name             = var.service
  cluster          = var.cluster_arn
  task_definition  = aws_ecs_task_definition.this.arn
  desired_count    = var.desired
  platform_version = "1.4.0"

  enable_execute_command             = var.enable_exec
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  availability_zone_rebalancing      = "ENABLED"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = var.load_balancer == null ? null : 60

  # Without it a change of the share of Spot would replace the service; with it the same change is a rolling deployment.
  force_new_deployment = true

  # 6.x: deployment_configuration { strategy = "BLUE_GREEN" } shifts traffic between two target groups.
  deployment_controller {
    type = "ECS"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "alarms" {
    for_each = length(var.alarm_names) > 0 ? [true] : []

    content {
      alarm_names = var.alarm_names
      enable      = true
      rollback    = true
    }
  }

  # One task at least is never on Spot, unless all are meant to be.
  dynamic "capacity_provider_strategy" {
    for_each = var.spot_share < 100 ? [100 - var.spot_share] : []

    content {
      capacity_provider = "FARGATE"
      base              = 1
      weight            = capacity_provider_strategy.value
    }
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.spot_share > 0 ? [var.spot_share] : []

    content {
      capacity_provider = "FARGATE_SPOT"
      base              = 0
      weight            = capacity_provider_strategy.value
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = var.assign_public_ip
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.this

    content {
      target_group_arn = load_balancer.value.arn
      container_name   = var.service
      container_port   = var.container_port
    }
  }

  lifecycle {
    # Which revision is in force belongs to deployments, how many tasks run belongs to scaling.
    ignore_changes = [task_definition, desired_count]
  }

  # A service is refused while its target group hangs on no listener or its capacity provider is not the cluster's yet (hence
  # the cluster's name, which comes from there), and its first task needs both roles' rights.
  depends_on = [
    var.cluster_name,
    aws_lb_listener_rule.this,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_iam_role_policy.exec,
    aws_vpc_security_group_egress_rule.this,
  ]
}
