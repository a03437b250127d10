output "primary_endpoint" {
  description = "Host that always is the primary; only TLS is answered"
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Host that is one of the nodes that may be read"
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "port" {
  description = "Port of Valkey"
  value       = var.port
}

output "user_name" {
  description = "User that the service signs in as"
  value       = aws_elasticache_user.this.user_name
}

output "user_arn" {
  description = "ARN of that user"
  value       = aws_elasticache_user.this.arn
}

output "replication_group_arn" {
  description = "ARN of the cache"
  value       = aws_elasticache_replication_group.this.arn
}

output "replication_group_id" {
  description = "Identifier of the cache, which IAM tokens are signed for and metrics are named by"
  value       = aws_elasticache_replication_group.this.replication_group_id
}

output "security_group_id" {
  description = "Security group of the cache"
  value       = aws_security_group.this.id
}

output "connect_arns" {
  description = "What elasticache:Connect is allowed on: the cache and the user"
  value       = [aws_elasticache_replication_group.this.arn, aws_elasticache_user.this.arn]
}

output "log_group_names" {
  description = "Log groups by what is in them"
  value       = { for kind, group in aws_cloudwatch_log_group.this : kind => group.name }
}
