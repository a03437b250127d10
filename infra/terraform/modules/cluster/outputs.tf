output "cluster_name" {
  description = "Name of the cluster"
  value       = aws_eks_cluster.this.name
}

output "cluster_arn" {
  description = "ARN of the cluster"
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the API of Kubernetes"
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Authority of the API's certificate, PEM in base 64"
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "namespace" {
  description = "Namespace of the application"
  value       = var.namespace
}

output "security_group_id" {
  description = "Security group of the application's pods, for databases and caches to admit"
  value       = aws_security_group.pods.id
}

output "cluster_security_group_id" {
  description = "Security group that EKS made for the control plane, nodes and pods"
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "node_role_arn" {
  description = "Role of the nodes"
  value       = aws_iam_role.node.arn
}

output "fargate_role_arn" {
  description = "Role that starts pods on Fargate; null without"
  value       = one(aws_iam_role.fargate[*].arn)
}

output "pod_role_arns" {
  description = "Roles of pods by service account; on Fargate service accounts are annotated with them"
  value       = { for account, role in aws_iam_role.pod : account => role.arn }
}

output "target_group_arns" {
  description = "Target groups by service, for the TargetGroupBindings"
  value       = { for key, group in aws_lb_target_group.this : key => group.arn }
}

output "target_group_arn_suffixes" {
  description = "Last parts of the target groups' ARNs by service, as CloudWatch names them"
  value       = { for key, group in aws_lb_target_group.this : key => group.arn_suffix }
}

output "load_balancer_controller_role_arn" {
  description = "Role of the AWS Load Balancer Controller; null without load balancer"
  value       = one(aws_iam_role.controller[*].arn)
}

output "log_group_name" {
  description = "Log group of the application's pods"
  value       = aws_cloudwatch_log_group.pods.name
}
