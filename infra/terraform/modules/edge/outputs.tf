output "distribution_id" {
  description = "Id of the distribution"
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "ARN of the distribution"
  value       = aws_cloudfront_distribution.this.arn
}

output "domain_name" {
  description = "CloudFront's own name of the distribution"
  value       = aws_cloudfront_distribution.this.domain_name
}

output "hosted_zone_id" {
  description = "Route 53 zone of domain_name, for alias records elsewhere"
  value       = aws_cloudfront_distribution.this.hosted_zone_id
}

output "certificate_arn" {
  description = "ARN of the certificate; null without a name"
  value       = local.named ? local.certificate_arn : null
}

output "web_acl_arn" {
  description = "ARN of the firewall"
  value       = aws_wafv2_web_acl.this.arn
}

output "firewall_log_group_name" {
  description = "Log group of the firewall, in us-east-1"
  value       = aws_cloudwatch_log_group.firewall.name
}

output "assets_bucket" {
  description = "Name of the bucket of assets; files go under assets/"
  value       = aws_s3_bucket.assets.bucket
}

output "assets_bucket_arn" {
  description = "ARN of the bucket of assets"
  value       = aws_s3_bucket.assets.arn
}
