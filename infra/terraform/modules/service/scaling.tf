# How many tasks: as many as processor, memory or requests ask for, whichever asks for most, between bounds that a schedule may move.

locals {
  scaled    = var.maximum > var.minimum || length(var.schedules) > 0
  schedules = { for schedule in var.schedules : schedule.name => schedule }

  targets = local.scaled ? merge(
    { cpu = { metric = "ECSServiceAverageCPUUtilization", value = var.cpu_target, label = null } },
    { memory = { metric = "ECSServiceAverageMemoryUtilization", value = var.memory_target, label = null } },
    local.balanced ? {
      requests = {
        metric = "ALBRequestCountPerTarget"
        value  = var.requests_target
        label  = "${var.load_balancer.arn_suffix}/${aws_lb_target_group.this[0].arn_suffix}"
      }
    } : {},
  ) : {}
}

resource "aws_appautoscaling_target" "this" {
  count = local.scaled ? 1 : 0

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this.name}"
  min_capacity       = var.minimum
  max_capacity       = var.maximum
}

resource "aws_appautoscaling_policy" "this" {
  for_each = local.targets

  name               = each.key
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value = each.value.value

    # Out fast, in slowly: a burst of applications costs a few tasks for five minutes, not a queue.
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      resource_label         = each.value.label
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = local.schedules

  name               = each.key
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[0].resource_id
  schedule           = each.value.cron
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.minimum
    max_capacity = each.value.maximum
  }
}
