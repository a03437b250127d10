# A second service and target group beside the first, with no tasks and no traffic until a deployment tries a revision there.

locals {
  has_canary = var.canary != null

  canary_target_name = "${substr(var.name, 0, 25 - length(var.service))}-${var.service}-${local.target_suffix}c"
}

resource "aws_lb_target_group" "canary" {
  #checkov:skip=CKV_AWS_378: because HTTPS is the default, and plain HTTP to the task a named choice outside production
  count = local.has_canary ? 1 : 0

  name                          = local.canary_target_name
  vpc_id                        = var.vpc_id
  port                          = var.container_port
  protocol                      = local.target_protocol
  target_type                   = "ip"
  deregistration_delay          = var.deregistration_delay
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = var.health_path
    protocol            = local.target_protocol
    port                = "traffic-port"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Stands before the service's own rule and asks for the same. It can come and go: without it the other takes all.
resource "aws_lb_listener_rule" "canary" {
  count = local.has_canary ? 1 : 0

  listener_arn = var.load_balancer.listener_arn
  priority     = var.canary.priority

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.this[0].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.canary[0].arn
        weight = 0
      }
    }
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.paths) > 0 ? [true] : []

    content {
      path_pattern {
        values = var.load_balancer.paths
      }
    }
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.hosts) > 0 ? [true] : []

    content {
      host_header {
        values = var.load_balancer.hosts
      }
    }
  }

  dynamic "condition" {
    for_each = nonsensitive(var.origin_header != null) ? [true] : []

    content {
      http_header {
        http_header_name = var.origin_header.name
        values           = var.origin_header.values
      }
    }
  }

  lifecycle {
    # Who has how much of the traffic belongs to deployments.
    ignore_changes = [action]

    # A target group with another port or protocol is another one, which an action that is ignored would never name.
    replace_triggered_by = [terraform_data.canary_groups]
  }

  tags = {
    Name = "${local.full_name}-canary"
  }
}

resource "terraform_data" "canary_groups" {
  count = local.has_canary ? 1 : 0

  triggers_replace = [local.target_protocol, var.container_port]
}

resource "aws_ecs_service" "canary" {
  #checkov:skip=CKV_AWS_332: because the platform version is pinned to 1.4.0, the only one since 2020; LATEST is the same
  #checkov:skip=CKV_AWS_333: because a public address is a choice for a trial without a load balancer and refused in production
  count = local.has_canary ? 1 : 0

  name             = "${var.service}-canary"
  cluster          = var.cluster_arn
  task_definition  = aws_ecs_task_definition.this.arn
  desired_count    = 0
  platform_version = "1.4.0"

  # Always on demand: a task that AWS takes away in the middle of a trial would end it.
  launch_type = "FARGATE"

  enable_execute_command             = var.enable_exec
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60

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

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = var.assign_public_ip
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.canary[0].arn
    container_name   = var.service
    container_port   = var.container_port
  }

  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [
    aws_lb_listener_rule.canary,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_iam_role_policy.exec,
    aws_vpc_security_group_egress_rule.this,
  ]
}
