output "arns" {
  description = "ARNs of the keys, a map by purpose"
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}

output "signing_key_arn" {
  description = "ARN of the key that signs checkpoints, null without one"
  value       = one(aws_kms_key.signing[*].arn)
}

output "aliases" {
  description = "Aliases, a map by purpose (signing among them)"
  value = merge(
    { for purpose, alias in aws_kms_alias.this : purpose => alias.name },
    { for alias in aws_kms_alias.signing : "signing" => alias.name },
  )
}
