# The dashboard reads from top to bottom: what is wrong, what clients see, what the service needs, what holds its data. Each row
# stands in a list of its own, and its place is the row's number.

locals {
  region = data.aws_region.current.name

  row_services = flatten([for key, service in local.balanced : [[
    {
      title = "${key}: requests and errors", stat = "Sum", view = "timeSeries"
      metrics = [
        ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
        ["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
      ]
    },
    {
      title = "${key}: time to answer, 95 of 100", stat = "p95", view = "timeSeries"
      metrics = [
        ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
      ]
    },
    {
      title = "${key}: targets", stat = "Minimum", view = "timeSeries"
      metrics = [
        ["AWS/ApplicationELB", "HealthyHostCount", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
        ["AWS/ApplicationELB", "UnHealthyHostCount", "LoadBalancer", service.load_balancer_arn_suffix, "TargetGroup", service.target_group_arn_suffix],
      ]
    },
  ]]])

  row_tasks = flatten([for key, service in local.on_ecs : [[
    {
      title = "${key}: CPU and memory, %", stat = "Average", view = "timeSeries"
      metrics = [
        ["AWS/ECS", "CPUUtilization", "ClusterName", service.cluster, "ServiceName", service.service],
        ["AWS/ECS", "MemoryUtilization", "ClusterName", service.cluster, "ServiceName", service.service],
      ]
    },
    {
      title = "${key}: tasks wanted and running", stat = "Average", view = "timeSeries"
      metrics = [
        ["ECS/ContainerInsights", "DesiredTaskCount", "ClusterName", service.cluster, "ServiceName", service.service],
        ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", service.cluster, "ServiceName", service.service],
      ]
    },
    {
      title = "${key}: errors logged", stat = "Sum", view = "timeSeries"
      metrics = [
        [local.log_namespace, "${key}-errors"],
      ]
    },
  ]]])

  row_database = var.database == null ? [] : [
    {
      title = "Database: capacity, %", stat = "Average", view = "timeSeries"
      metrics = [for metric in ["ACUUtilization", "CPUUtilization"] :
        ["AWS/RDS", metric, "DBClusterIdentifier", var.database.cluster_id]
      ]
    },
    {
      title = "Database: connections", stat = "Maximum", view = "timeSeries"
      metrics = [
        ["AWS/RDS", "DatabaseConnections", "DBClusterIdentifier", var.database.cluster_id],
      ]
    },
    {
      title = "Database: readers behind the writer, ms", stat = "Maximum", view = "timeSeries"
      metrics = [
        ["AWS/RDS", "AuroraReplicaLagMaximum", "DBClusterIdentifier", var.database.cluster_id],
      ]
    },
  ]

  row_cache = var.cache == null ? [] : [for widget in [["CPU of the engine, %", "EngineCPUUtilization"], ["memory, %", "DatabaseMemoryUsagePercentage"], ["entries thrown out", "Evictions"]] :
    {
      title = "Cache: ${widget[0]}", stat = "Maximum", view = "timeSeries"
      metrics = [for node in range(1, var.cache.nodes + 1) :
        ["AWS/ElastiCache", widget[1], "CacheClusterId", format("%s-%03d", var.cache.replication_group_id, node)]
      ]
    }
  ]

  row_tables = length(var.tables) == 0 ? [] : [for widget in [["capacity used by reads", "ConsumedReadCapacityUnits"], ["capacity used by writes", "ConsumedWriteCapacityUnits"], ["reads turned away", "ReadThrottleEvents"]] :
    {
      title = "Tables: ${widget[0]}", stat = "Sum", view = "timeSeries"
      metrics = [for table in values(var.tables) :
        ["AWS/DynamoDB", widget[1], "TableName", table]
      ]
    }
  ]

  row_application = var.application == null ? [] : [
    {
      title = "Stability index of the score, seven days", stat = "Maximum", view = "timeSeries"
      metrics = [
        concat([var.application.namespace, var.application.psi_metric], flatten([for key, value in var.application.dimensions : [key, value]])),
      ]
    },
  ]

  row_edge = var.edge == null ? [] : [
    {
      title = "Edge: requests", stat = "Sum", view = "timeSeries"
      metrics = [
        ["AWS/CloudFront", "Requests", "DistributionId", var.edge.distribution_id, "Region", "Global"],
      ]
    },
    {
      title = "Edge: errors, % of requests", stat = "Average", view = "timeSeries"
      metrics = [for metric in ["4xxErrorRate", "5xxErrorRate"] :
        ["AWS/CloudFront", metric, "DistributionId", var.edge.distribution_id, "Region", "Global"]
      ]
    },
  ]

  rows = concat(
    [for place in range(0, length(local.row_services), 3) : slice(local.row_services, place, place + 3)],
    [for place in range(0, length(local.row_tasks), 3) : slice(local.row_tasks, place, place + 3)],
    [for row in [local.row_database, local.row_cache, local.row_tables, local.row_application] : row if length(row) > 0],
  )

  # CloudFront's row is read from us-east-1, whichever region the rest is in.
  widgets = concat(
    [{
      type = "alarm", x = 0, y = 0, width = 24, height = 4
      properties = {
        title  = "Alarms"
        alarms = concat([for alarm in aws_cloudwatch_composite_alarm.serving : alarm.arn], [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn])
      }
    }],
    flatten([for y, row in local.rows : [for x, widget in row : {
      type       = "metric", x = 8 * x, y = 4 + 6 * y, width = 8, height = 6
      properties = merge(widget, { region = local.region, period = 60 })
    }]]),
    [for x, widget in local.row_edge : {
      type       = "metric", x = 8 * x, y = 4 + 6 * length(local.rows), width = 8, height = 6
      properties = merge(widget, { region = "us-east-1", period = 60 })
    }],
    length(var.services) == 0 ? [] : [{
      type = "log", x = 0, y = 10 + 6 * length(local.rows), width = 24, height = 6
      properties = {
        title  = "Errors logged"
        region = local.region
        view   = "table"
        query  = "${join(" | ", [for group in local.logs_written : "SOURCE '${group}'"])} | fields @timestamp, target, message, request_id | filter level = 'ERROR' | sort @timestamp desc | limit 20"
      }
    }],
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ periodOverride = "inherit", widgets = local.widgets })
}
