output "cluster_id" {
  description = "Identifier of the cluster, the dimension of its metrics"
  value       = aws_rds_cluster.this.cluster_identifier
}

output "cluster_arn" {
  description = "ARN of the cluster"
  value       = aws_rds_cluster.this.arn
}

output "writer_endpoint" {
  description = "Host that always is the writer"
  value       = aws_rds_cluster.this.endpoint
}

output "reader_endpoint" {
  description = "Host that is one of the readers"
  value       = aws_rds_cluster.this.reader_endpoint
}

output "port" {
  description = "Port of PostgreSQL"
  value       = aws_rds_cluster.this.port
}

output "database_name" {
  description = "Database that was made with the cluster"
  value       = aws_rds_cluster.this.database_name
}

output "user" {
  description = "Database user of the application"
  value       = var.user
}

output "resource_id" {
  description = "Identifier of the cluster that IAM speaks of"
  value       = aws_rds_cluster.this.cluster_resource_id
}

output "security_group_id" {
  description = "Security group of the cluster"
  value       = aws_security_group.this.id
}

output "master_secret_arn" {
  description = "Secret in which RDS keeps the master password"
  value       = one(aws_rds_cluster.this.master_user_secret[*].secret_arn)
}

output "connect_arn" {
  description = "What rds-db:connect is allowed on, for the application's user"
  value = join(":", [
    "arn", data.aws_partition.current.partition, "rds-db", data.aws_region.current.name,
    data.aws_caller_identity.current.account_id, "dbuser",
    "${aws_rds_cluster.this.cluster_resource_id}/${var.user}",
  ])
}

output "log_group_names" {
  description = "Log groups by what is in them"
  value       = { for kind, group in aws_cloudwatch_log_group.this : kind => group.name }
}
