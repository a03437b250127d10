output "address" {
  description = "Where the service answers"
  value       = "https://${length(var.domain_names) > 0 ? var.domain_names[0] : module.edge.domain_name}"
}

output "distribution_id" {
  description = "CloudFront distribution"
  value       = module.edge.distribution_id
}

output "cluster_name" {
  description = "ECS cluster"
  value       = aws_ecs_cluster.this.name
}

output "services" {
  description = "Services, a map by role: name, log group, task definition"
  value = {
    for service, made in module.service : service => {
      name            = made.service_name
      log_group       = made.log_group_name
      task_definition = made.task_definition_arn
    }
  }
}

output "assets_bucket" {
  description = "Bucket of the console's static files"
  value       = module.edge.assets_bucket
}

output "database_master_secret_arn" {
  description = "Secret with the master password of the database, which RDS rotates"
  value       = module.foundation.database.master_secret_arn
}

output "lake" {
  description = "Buckets, Glue database and Athena workgroup of the lake"
  value       = module.foundation.lake
}

output "dashboard" {
  description = "CloudWatch dashboard"
  value       = module.observability.dashboard_name
}
