output "service_name" {
  description = "Name of the service"
  value       = aws_ecs_service.this.name
}

output "service_arn" {
  description = "ARN of the service"
  value       = aws_ecs_service.this.id
}

output "task_definition_arn" {
  description = "Revision of the task definition that Terraform made last, which deployments start from"
  value       = aws_ecs_task_definition.this.arn
}

output "task_definition_family" {
  description = "Family of the task definition"
  value       = aws_ecs_task_definition.this.family
}

output "task_role_arn" {
  description = "ARN of the role of the program"
  value       = aws_iam_role.task.arn
}

output "execution_role_arn" {
  description = "ARN of the role that starts tasks"
  value       = aws_iam_role.execution.arn
}

output "target_group_arn" {
  description = "ARN of the target group; null without a load balancer"
  value       = one(aws_lb_target_group.this[*].arn)
}

output "target_group_arn_suffix" {
  description = "Last part of the target group's ARN, as CloudWatch names it; null without a load balancer"
  value       = one(aws_lb_target_group.this[*].arn_suffix)
}

output "security_group_id" {
  description = "Security group of the tasks, for the rules of what they reach"
  value       = aws_security_group.this.id
}

output "log_group_name" {
  description = "Log group of the tasks"
  value       = aws_cloudwatch_log_group.this.name
}
