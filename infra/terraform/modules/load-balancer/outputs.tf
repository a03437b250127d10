output "arn" {
  description = "ARN of the balancer"
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "Last part of the ARN, as CloudWatch names the balancer"
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "AWS's own name of the balancer"
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Route 53 zone of dns_name, for alias records"
  value       = aws_lb.this.zone_id
}

output "listener_arn" {
  description = "ARN of the HTTPS listener, for the rules of services"
  value       = aws_lb_listener.https.arn
}

output "security_group_id" {
  description = "Security group of the balancer, which services admit"
  value       = aws_security_group.this.id
}

output "origin_header" {
  description = "Header that every rule must ask for, with the values it accepts; null with mode vpc-origin"
  value       = local.public ? { name = var.origin_header, values = var.origin_secret } : null
  sensitive   = true
}
