output "state_bucket" {
  description = "Bucket of the states, for backend files"
  value       = module.state.bucket
}

output "state_key_arn" {
  description = "Key of the states, for backend files"
  value       = module.keys.arns["state"]
}

output "registry_urls" {
  description = "Addresses of the image repositories, a map"
  value       = module.registry.urls
}

output "role_arns" {
  description = "Roles for GitHub's workflows, a map with plan, apply, push and deploy"
  value       = module.delivery.role_arns
}

output "environments" {
  description = "Environments to make on GitHub, a map by role"
  value       = module.delivery.environments
}

output "boundary_arn" {
  description = "Boundary that every role of the other stacks carries"
  value       = module.delivery.boundary_arn
}

output "trail_bucket" {
  description = "Bucket of the trail, null without one"
  value       = one(aws_s3_bucket.trail[*].id)
}

output "parameters" {
  description = "Names of the SSM parameters, for other stacks"
  value       = sort([for parameter in aws_ssm_parameter.this : parameter.name])
}
