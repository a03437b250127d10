output "monthly_cost_usd" {
  description = "What the stack costs a month, part by part, with the month in which the prices were read"
  value = {
    "task, vCPU"          = format("%.2f", local.cost.vcpu)
    "task, memory"        = format("%.2f", local.cost.gb)
    "public IPv4 address" = format("%.2f", local.cost.ipv4)
    "key"                 = format("%.2f", local.cost.key)
    "log lines"           = format("%.2f", local.cost.logs)
    "traffic out"         = "not priced"
    "Spot"                = var.spot ? "not priced; the task is counted at the on-demand price, which is the most it costs" : "not used"
    "total"               = format("%.2f", local.total)
    "prices read"         = local.price.read
  }
}

output "address_command" {
  description = "Prints the address of the task that runs now; a new task has a new one"
  value       = <<-EOT
    task=$(aws ecs list-tasks --region ${var.region} --cluster ${aws_ecs_cluster.this.name} --service-name ${module.service.service_name} --query 'taskArns[0]' --output text)
    interface=$(aws ecs describe-tasks --region ${var.region} --cluster ${aws_ecs_cluster.this.name} --tasks "$task" --query "tasks[0].attachments[0].details[?name=='networkInterfaceId'].value" --output text)
    aws ec2 describe-network-interfaces --region ${var.region} --network-interface-ids "$interface" --query "NetworkInterfaces[0].Association.PublicIp" --output text
  EOT
}

output "key_command" {
  description = "Prints the lines of the log that hold the demonstration's API key; whoever may read the log has the key"
  value       = "aws logs tail ${module.service.log_group_name} --region ${var.region} --since 1d --format short | grep 'key  '"
}

output "cluster_name" {
  description = "Name of the ECS cluster"
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "Name of the service"
  value       = module.service.service_name
}

output "security_group_id" {
  description = "Security group of the task"
  value       = module.service.security_group_id
}

output "log_group_name" {
  description = "Log group of the task"
  value       = module.service.log_group_name
}
