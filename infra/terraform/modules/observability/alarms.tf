# What each alarm says lies in the maps below; one resource makes them all. An alarm reads either one metric (`metric`) or an
# expression over several (`queries`).

locals {
  balanced = { for key, service in var.services : key => service if service.balanced }
  on_ecs   = { for key, service in var.services : key => service if service.platform == "ecs" }

  # These two say that clients get wrong or late answers. A deployment that sets one off is rolled back.
  rollback = merge([for key, service in local.balanced : {
    "${key}-5xx" = {
      description = "More than ${service.error_percent} % of the answers of ${key} are errors of its own"
      threshold   = service.error_percent
      comparison  = "GreaterThanThreshold"
      periods     = 3
      breaching   = 2
      missing     = "notBreaching"
      metric      = null
      # With less than 20 requests a minute one error is not a share that means something.
      expression = "IF(FILL(requests, 0) >= 20, 100 * FILL(errors, 0) / requests, 0)"
      label      = "Errors, % of requests"
      queries = {
        requests = { namespace = "AWS/ApplicationELB", name = "RequestCount", stat = "Sum", period = 60, dimensions = local.target[key] }
        errors   = { namespace = "AWS/ApplicationELB", name = "HTTPCode_Target_5XX_Count", stat = "Sum", period = 60, dimensions = local.target[key] }
      }
    }
    "${key}-latency-p95" = {
      description = "One request in twenty to ${key} takes more than ${service.latency_p95_seconds} s"
      threshold   = service.latency_p95_seconds
      comparison  = "GreaterThanThreshold"
      periods     = 5
      breaching   = 4
      missing     = "notBreaching"
      metric      = { namespace = "AWS/ApplicationELB", name = "TargetResponseTime", stat = "p95", period = 60, dimensions = local.target[key] }
      expression  = null
      label       = null
      queries     = {}
    }
  }]...)

  target = { for key, service in local.balanced : key => {
    LoadBalancer = service.load_balancer_arn_suffix
    TargetGroup  = service.target_group_arn_suffix
  } }

  healthy = merge([for key, service in local.balanced : {
    "${key}-unhealthy" = {
      description = "A target of ${key} has failed its health check for three minutes"
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      periods     = 3
      breaching   = 3
      missing     = "notBreaching"
      metric      = { namespace = "AWS/ApplicationELB", name = "UnHealthyHostCount", stat = "Maximum", period = 60, dimensions = local.target[key] }
      expression  = null
      label       = null
      queries     = {}
    }
  }]...)

  # The load balancer's own errors: no target took the request, or its certificate or answer was no good. One balancer serves all.
  balancer = length(local.balanced) == 0 ? {} : {
    "balancer-5xx" = {
      description = "The load balancer answers with errors of its own: no healthy target, or none that answered"
      threshold   = 10
      comparison  = "GreaterThanThreshold"
      periods     = 2
      breaching   = 2
      missing     = "notBreaching"
      metric = {
        namespace  = "AWS/ApplicationELB", name = "HTTPCode_ELB_5XX_Count", stat = "Sum", period = 60
        dimensions = { LoadBalancer = values(local.balanced)[0].load_balancer_arn_suffix }
      }
      expression = null
      label      = null
      queries    = {}
    }
  }

  saturation = merge([for key, service in local.on_ecs : {
    for resource, limit in { cpu = 85, memory = 90 } : "${key}-${resource}" => {
      description                = "${key} has used more than ${limit} % of its ${resource == "cpu" ? "CPU" : "memory"} for ten minutes: scaling does not keep up"
      threshold                  = limit
      comparison                 = "GreaterThanThreshold"
      periods                    = 10
      breaching                  = 8
      missing                    = "notBreaching"
      metric = {
        namespace  = "AWS/ECS", name = resource == "cpu" ? "CPUUtilization" : "MemoryUtilization", stat = "Average", period = 60
        dimensions = { ClusterName = service.cluster, ServiceName = service.service }
      }
      expression = null
      label      = null
      queries    = {}
    }
  }]...)

  # On ECS the cluster's Container Insights say what is wanted and what runs. On Kubernetes the load balancer says how many it can use.
  strength = merge(
    { for key, service in local.on_ecs : "${key}-below-desired" => {
      description = "Fewer tasks of ${key} run than are wanted, for ten minutes"
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      periods     = 10
      breaching   = 10
      missing     = "notBreaching"
      metric      = null
      expression  = "desired - running"
      label       = "Tasks missing"
      queries = { for id, name in { desired = "DesiredTaskCount", running = "RunningTaskCount" } : id => {
        namespace  = "ECS/ContainerInsights", name = name, stat = "Average", period = 60
        dimensions = { ClusterName = service.cluster, ServiceName = service.service }
      } }
    } },
    { for key, service in local.balanced : "${key}-below-desired" => {
      description = "Fewer than ${service.minimum} pods of ${key} are healthy behind the load balancer, for ten minutes"
      threshold   = service.minimum
      comparison  = "LessThanThreshold"
      periods     = 10
      breaching   = 10
      missing     = "breaching"
      metric      = { namespace = "AWS/ApplicationELB", name = "HealthyHostCount", stat = "Minimum", period = 60, dimensions = local.target[key] }
      expression  = null
      label       = null
      queries     = {}
    } if service.platform == "eks" && service.minimum > 0 },
  )

  logged = { for key, service in var.services : "${key}-errors-logged" => {
    description = "${key} has logged more than ${service.errors_logged} errors in five minutes"
    threshold   = service.errors_logged
    comparison  = "GreaterThanThreshold"
    periods     = 1
    breaching   = 1
    missing     = "notBreaching"
    metric      = { namespace = local.log_namespace, name = "${key}-errors", stat = "Sum", period = 300, dimensions = {} }
    expression  = null
    label       = null
    queries     = {}
  } }

  database = var.database == null ? {} : { for key, alarm in {
    "database-acu" = {
      metric = "ACUUtilization", stat = "Average", limit = 90, minutes = 15, comparison = "GreaterThanThreshold", used = var.database.serverless
      text   = "The database has been within a tenth of its largest capacity for 15 minutes"
    }
    "database-cpu" = {
      metric = "CPUUtilization", stat = "Average", limit = 80, minutes = 15, comparison = "GreaterThanThreshold", used = true
      text   = "The database has used more than 80 % of its CPU for 15 minutes"
    }
    "database-connections" = {
      metric = "DatabaseConnections", stat = "Maximum", limit = var.database.connections, minutes = 5, comparison = "GreaterThanThreshold", used = true
      text   = "The database is close to the most connections it takes"
    }
    "database-replica-lag" = {
      metric = "AuroraReplicaLagMaximum", stat = "Maximum", limit = 1000, minutes = 5, comparison = "GreaterThanThreshold", used = var.database.readers
      text   = "A reader is more than a second behind the writer"
    }
    "database-memory" = {
      metric = "FreeableMemory", stat = "Minimum", limit = 128 * 1024 * 1024, minutes = 15, comparison = "LessThanThreshold", used = true
      text   = "An instance of the database has less than 128 MiB of memory left"
    }
    # Serverless instances do not report this one; an alarm on it would never have data.
    "database-local-storage" = {
      metric = "FreeLocalStorage", stat = "Minimum", limit = 5 * 1024 * 1024 * 1024, minutes = 15, comparison = "LessThanThreshold", used = !var.database.serverless
      text   = "An instance of the database has less than 5 GiB for temporary files"
    }
    } : key => {
    description = alarm.text
    threshold   = alarm.limit
    comparison  = alarm.comparison
    periods     = alarm.minutes
    breaching   = alarm.minutes
    missing     = "notBreaching"
    metric      = { namespace = "AWS/RDS", name = alarm.metric, stat = alarm.stat, period = 60, dimensions = { DBClusterIdentifier = var.database.cluster_id } }
    expression  = null
    label       = null
    queries     = {}
  } if alarm.used }

  # ElastiCache reports by node: <group>-001, <group>-002, ….
  cache = var.cache == null ? {} : merge([for node in range(1, var.cache.nodes + 1) : {
    for key, alarm in {
      cpu       = { metric = "EngineCPUUtilization", stat = "Average", limit = 80, text = "uses more than 80 % of the CPU its engine can have" }
      memory    = { metric = "DatabaseMemoryUsagePercentage", stat = "Maximum", limit = 80, text = "is more than 80 % full" }
      evictions = { metric = "Evictions", stat = "Sum", limit = 0, text = "throws out entries to make room: limits and locks get lost" }
      } : "cache-${node}-${key}" => {
      description = "Node ${node} of the cache ${alarm.text}"
      threshold   = alarm.limit
      comparison  = "GreaterThanThreshold"
      periods     = 3
      breaching   = 3
      missing     = "notBreaching"
      metric = {
        namespace  = "AWS/ElastiCache", name = alarm.metric, stat = alarm.stat, period = 300
        dimensions = { CacheClusterId = format("%s-%03d", var.cache.replication_group_id, node) }
      }
      expression = null
      label      = null
      queries    = {}
    }
  }]...)

  tables = { for key, table in var.tables : "table-${key}-throttled" => {
    description = "Requests to the table ${key} are turned away for want of capacity"
    threshold   = 0
    comparison  = "GreaterThanThreshold"
    periods     = 3
    breaching   = 2
    missing     = "notBreaching"
    metric      = null
    expression  = "FILL(reads, 0) + FILL(writes, 0)"
    label       = "Requests turned away"
    queries = { for id, name in { reads = "ReadThrottleEvents", writes = "WriteThrottleEvents" } : id => {
      namespace = "AWS/DynamoDB", name = name, stat = "Sum", period = 60, dimensions = { TableName = table }
    } }
  } }

  # The index covers seven days, so an hour's readings agree: this is no spike. Without data nobody watches, which is to be seen.
  application = var.application == null ? {} : {
    "score-psi" = {
      description = "Applicants of the last seven days differ from those the model was fitted on: stability index above ${var.application.psi_limit}"
      threshold   = var.application.psi_limit
      comparison  = "GreaterThanThreshold"
      periods     = 3
      breaching   = 3
      missing     = "missing"
      metric      = { namespace = var.application.namespace, name = var.application.psi_metric, stat = "Maximum", period = 3600, dimensions = var.application.dimensions }
      expression  = null
      label       = null
      queries     = {}
    }
  }

  certificates = { for key, arn in var.certificate_arns : "certificate-${key}" => merge(local.expiry, {
    description = "The certificate ${key} ends within 30 days and has not been renewed"
    metric      = merge(local.expiry.metric, { dimensions = { CertificateArn = arn } })
  }) }

  # ACM stops reporting once a certificate has ended.
  expiry = {
    description = null
    threshold   = 30
    comparison  = "LessThanThreshold"
    periods     = 1
    breaching   = 1
    missing     = "notBreaching"
    metric      = { namespace = "AWS/CertificateManager", name = "DaysToExpiry", stat = "Minimum", period = 86400, dimensions = {} }
    expression  = null
    label       = null
    queries     = {}
  }

  # What the region's alarms are, and which of them mean that clients are not served.
  alarms = merge(
    local.rollback, local.healthy, local.balancer, local.saturation, local.strength, local.logged,
    local.database, local.cache, local.tables, local.application, local.certificates,
  )
  serious = concat(keys(local.rollback), keys(local.balancer), keys(local.strength))

  actions = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.breaching
  treat_missing_data  = each.value.missing
  alarm_actions       = local.actions
  ok_actions          = local.actions

  # A percentile is an extended statistic.
  namespace          = try(each.value.metric.namespace, null)
  metric_name        = try(each.value.metric.name, null)
  period             = try(each.value.metric.period, null)
  dimensions         = try(each.value.metric.dimensions, null)
  statistic          = try(startswith(each.value.metric.stat, "p") ? null : each.value.metric.stat, null)
  extended_statistic = try(startswith(each.value.metric.stat, "p") ? each.value.metric.stat : null, null)

  dynamic "metric_query" {
    for_each = each.value.expression == null ? {} : { result = each.value.expression }

    content {
      id          = metric_query.key
      expression  = metric_query.value
      label       = each.value.label
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = each.value.queries

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        stat        = metric_query.value.stat
        period      = metric_query.value.period
        dimensions  = metric_query.value.dimensions
      }
    }
  }
}

# One thing to look at, and to page on: are clients served?
resource "aws_cloudwatch_composite_alarm" "serving" {
  count = length(local.serious) == 0 ? 0 : 1

  alarm_name        = "${var.name}-serving"
  alarm_description = "Clients get errors, wait, or are served by too few: look at the dashboard ${var.name}"
  alarm_rule        = join(" OR ", [for key in sort(local.serious) : "ALARM(\"${aws_cloudwatch_metric_alarm.this[key].alarm_name}\")"])
  alarm_actions     = local.actions
  ok_actions        = local.actions
}
