output "urls" {
  description = "Addresses to push to and pull from, a map by repository"
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "arns" {
  description = "ARNs, a map by repository"
  value       = { for name, repository in aws_ecr_repository.this : name => repository.arn }
}

output "names" {
  description = "Full names, a map by repository"
  value       = { for name, repository in aws_ecr_repository.this : name => repository.name }
}
