# Two of the add-ons are Deployments and need nodes to run on; the rest have to be there before nodes can be ready.

locals {
  late = ["coredns", "metrics-server"]

  # Network policies hold on nodes. Where the application runs on nodes its pods get security groups there as well; on Fargate every
  # pod has a network interface of its own, and needs no help.
  addon_settings = {
    "vpc-cni" = jsonencode(merge(
      { enableNetworkPolicy = "true" },
      { for key, env in { env = { ENABLE_POD_ENI = "true", POD_SECURITY_GROUP_ENFORCING_MODE = "standard" } } : key => env if !var.fargate },
    ))
  }
}

resource "aws_eks_addon" "early" {
  for_each = { for addon, release in var.addons : addon => release if !contains(local.late, addon) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value
  configuration_values        = lookup(local.addon_settings, each.key, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

resource "aws_eks_addon" "late" {
  for_each = { for addon, release in var.addons : addon => release if contains(local.late, addon) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = each.value
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_eks_node_group.this]
}
