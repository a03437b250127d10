output "topic_arn" {
  description = "Topic that alarms, failed deployments and backups are told to"
  value       = aws_sns_topic.alerts.arn

  # Whoever publishes must find the topic's policy in force.
  depends_on = [aws_sns_topic_policy.alerts]
}

output "edge_topic_arn" {
  description = "Topic in us-east-1 that CloudFront's alarms are told to; null without edge"
  value       = one(aws_sns_topic.edge[*].arn)
}

output "alarm_names" {
  description = "Names of the alarms by what they watch, such as api-5xx, those in us-east-1 included"
  value = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name },
    { for key, alarm in aws_cloudwatch_metric_alarm.edge : key => alarm.alarm_name },
  )
}

output "rollback_alarm_names" {
  description = "By service, the alarms that a deployment is rolled back on"
  value = { for key in keys(var.services) : key => [
    for alarm in ["${key}-5xx", "${key}-latency-p95"] : aws_cloudwatch_metric_alarm.this[alarm].alarm_name if contains(keys(local.balanced), key)
  ] }
}

output "composite_alarm_arn" {
  description = "Alarm that stands for all that say clients are not served; null without services"
  value       = one(aws_cloudwatch_composite_alarm.serving[*].arn)
}

output "dashboard_name" {
  description = "Dashboard with all that is watched"
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "log_group_names" {
  description = "Names of the further log groups"
  value       = [for group in aws_cloudwatch_log_group.extra : group.name]
}
