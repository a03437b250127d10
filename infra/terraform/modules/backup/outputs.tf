output "vault_arn" {
  description = "ARN of the vault"
  value       = aws_backup_vault.this.arn
}

output "vault_name" {
  description = "Name of the vault"
  value       = aws_backup_vault.this.name
}

output "plan_id" {
  description = "Identifier of the plan"
  value       = aws_backup_plan.this.id
}

output "role_arn" {
  description = "Role that the plan backs up with"
  value       = aws_iam_role.this["backup"].arn
}

output "restore_role_arn" {
  description = "Role to pass when restoring"
  value       = aws_iam_role.this["restore"].arn
}
