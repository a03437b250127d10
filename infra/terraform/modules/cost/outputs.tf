output "topic_arn" {
  description = "Topic that budgets and anomalies are told to at once"
  value       = aws_sns_topic.cost.arn

  depends_on = [aws_sns_topic_policy.cost]
}

output "budget_names" {
  description = "Names of the budgets: under total that of the whole, under each service's billing name its own"
  value       = { for key, budget in aws_budgets_budget.this : key => budget.name }
}

output "monitor_arn" {
  description = "Monitor that looks for anomalies"
  value       = local.monitor_arn
}

output "export_name" {
  description = "Name of the bill's export, which is also a folder under the prefix; null without export"
  value       = one([for export in aws_bcmdataexports_export.bill : export.export[0].name])
}

output "billing_names" {
  description = "Names that services may be given a budget by"
  value       = local.billing_names
}
