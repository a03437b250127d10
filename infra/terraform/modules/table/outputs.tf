output "name" {
  description = "Name of the table"
  value       = aws_dynamodb_table.this.name
}

output "arn" {
  description = "ARN of the table"
  value       = aws_dynamodb_table.this.arn
}

output "index_arns" {
  description = "ARNs of the indexes by name"
  value       = local.index_arns
}

output "access_policy_json" {
  description = "Policy of a role that reads and writes rows"
  value       = data.aws_iam_policy_document.access.json
}
