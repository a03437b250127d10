# Who may use the API of Kubernetes: administrators everywhere, deployers in the application's namespace.

locals {
  access = merge(
    { for key, arn in var.admins : key => { arn = arn, policy = "AmazonEKSClusterAdminPolicy", namespaces = null } },
    { for key, arn in var.deployers : key => { arn = arn, policy = "AmazonEKSEditPolicy", namespaces = [var.namespace] } },
  )
}

resource "aws_eks_access_entry" "this" {
  for_each = local.access

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value.arn
  type          = "STANDARD"
}

resource "aws_eks_access_policy_association" "this" {
  for_each = local.access

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.this[each.key].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/${each.value.policy}"

  access_scope {
    type       = each.value.namespaces == null ? "cluster" : "namespace"
    namespaces = each.value.namespaces
  }
}
