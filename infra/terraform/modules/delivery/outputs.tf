output "provider_arn" {
  description = "GitHub's OIDC provider"
  value       = local.provider_arn
}

output "role_arns" {
  description = "Roles for workflows, a map with plan, apply, push and deploy"
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "boundary_arn" {
  description = "Boundary that every role made by apply carries"
  value       = aws_iam_policy.boundary.arn
}

output "environments" {
  description = "Environments to make on GitHub, a map by role"
  value       = { for name, role in local.roles : name => role.environment }
}
