output "vpc_id" {
  description = "The VPC"
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Its IPv4 range"
  value       = aws_vpc.this.cidr_block
}

output "vpc_ipv6_cidr" {
  description = "Its IPv6 range, null without IPv6"
  value       = var.ipv6 ? aws_vpc.this.ipv6_cidr_block : null
}

output "public_subnet_ids" {
  description = "Public subnets, in the order of zones"
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Private subnets, in the order of zones"
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "data_subnet_ids" {
  description = "Subnets for databases, in the order of zones"
  value       = [for zone in var.zones : aws_subnet.data[zone].id]
}

output "private_route_table_ids" {
  description = "Route tables of the private subnets, in the order of zones"
  value       = [for zone in var.zones : aws_route_table.private[zone].id]
}

output "s3_prefix_list_id" {
  description = "Prefix list of S3, for a security group's way out"
  value       = aws_vpc_endpoint.gateway["s3"].prefix_list_id
}

output "dynamodb_prefix_list_id" {
  description = "Prefix list of DynamoDB, for a security group's way out"
  value       = aws_vpc_endpoint.gateway["dynamodb"].prefix_list_id
}

output "endpoint_security_group_id" {
  description = "Security group of the interface endpoints"
  value       = aws_security_group.endpoints.id
}

output "nat_addresses" {
  description = "Public addresses that the private subnets leave by, a map by zone; empty without NAT"
  value       = { for zone, address in aws_eip.nat : zone => address.public_ip }
}

output "flow_log_group_name" {
  description = "Log group of the flow logs"
  value       = aws_cloudwatch_log_group.flow.name
}
