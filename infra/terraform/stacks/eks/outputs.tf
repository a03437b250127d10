output "address" {
  description = "Where the service answers"
  value       = "https://${length(var.domain_names) > 0 ? var.domain_names[0] : module.edge.domain_name}"
}

output "distribution_id" {
  description = "CloudFront distribution"
  value       = module.edge.distribution_id
}

output "cluster_name" {
  description = "EKS cluster, as `aws eks update-kubeconfig --name` takes it"
  value       = module.cluster.cluster_name
}

output "overlay" {
  description = "What the overlay in infra/kubernetes is filled with"
  value = {
    pod_role_arns             = module.cluster.pod_role_arns
    target_group_arns         = module.cluster.target_group_arns
    security_group_id         = module.cluster.security_group_id
    cluster_security_group_id = module.cluster.cluster_security_group_id
    log_group_name            = module.cluster.log_group_name
    settings                  = merge(module.foundation.settings, { PLIMSOLL_PUBLIC_URL = "https://${local.public_name}" })
  }
}

output "load_balancer_controller_role_arn" {
  description = "Role of the AWS Load Balancer Controller"
  value       = module.cluster.load_balancer_controller_role_arn
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
