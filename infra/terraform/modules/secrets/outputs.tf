output "arns" {
  description = "Full ARNs, with the six characters that AWS appends, by the name of the secret"
  value       = { for secret, made in aws_secretsmanager_secret.this : secret => made.arn }
}

output "names" {
  description = "Names by the name of the secret"
  value       = { for secret, made in aws_secretsmanager_secret.this : secret => made.name }
}

output "value_from" {
  description = "What a container's secret is taken from, by secret and member: the full ARN with the JSON key"
  value = merge([
    for secret, made in aws_secretsmanager_secret.this : {
      for key in var.secrets[secret].keys : "${secret}.${key}" => "${made.arn}:${key}::"
    }
  ]...)
}
