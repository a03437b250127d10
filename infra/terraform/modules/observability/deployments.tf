# A deployment that failed or was rolled back, and a task that was killed or could not start, are told of as they happen.

locals {
  clusters = distinct([for service in values(local.on_ecs) : service.cluster])
  events = { for key, event in {
    deployment-failed = {
      description = "A deployment failed: the service goes back to what ran before"
      pattern = {
        source      = ["aws.ecs"]
        detail-type = ["ECS Deployment State Change"]
        # This kind of event names its service, not the cluster, among its resources.
        resources = [for service in values(local.on_ecs) : { suffix = ":service/${service.cluster}/${service.service}" }]
        detail    = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
      }
    }
    task-died = {
      description = "A task could not start, or its process was killed"
      pattern = {
        source      = ["aws.ecs"]
        detail-type = ["ECS Task State Change"]
        detail = {
          clusterArn = [for cluster in local.clusters : { suffix = ":cluster/${cluster}" }]
          lastStatus = ["STOPPED"]
          stopCode   = ["TaskFailedToStart", "EssentialContainerExited"]
        }
      }
    }
  } : key => event if length(local.on_ecs) > 0 }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.events

  name          = "${var.name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.events

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "alerts"
  arn       = aws_sns_topic.alerts.arn
}
