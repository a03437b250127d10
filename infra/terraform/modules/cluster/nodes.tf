# Managed nodes: two for what the cluster itself needs and, where the application does not run on Fargate, those of the application.

locals {
  instance_types = {
    system      = { ARM64 = ["t4g.medium"], X86_64 = ["t3a.medium"] }
    application = { ARM64 = ["m7g.large"], X86_64 = ["m7i.large"] }
  }
  groups = merge(
    { system = var.system_nodes },
    { for key, nodes in { application = var.application_nodes } : key => nodes if !var.fargate },
  )
}

resource "aws_launch_template" "nodes" {
  for_each = local.groups

  name                   = "${var.name}-${each.key}"
  description            = "Nodes ${each.key} of the cluster ${var.name}"
  update_default_version = true

  # One hop keeps pods from the node's role: what a pod may do is its own.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = each.value.disk_gb
      encrypted             = true
      kms_key_id            = var.disk_key_arn
      delete_on_termination = true
    }
  }

  # What Auto Scaling starts does not get the provider's tags by itself, and the bill is read by them.
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.value
      tags          = merge(data.aws_default_tags.current.tags, { Name = "${var.name}-${each.key}" })
    }
  }
}

data "aws_default_tags" "current" {}

resource "aws_eks_node_group" "this" {
  for_each = local.groups

  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = var.private_subnet_ids
  ami_type        = var.architecture == "ARM64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"
  instance_types  = coalesce(each.value.instance_types, local.instance_types[each.key][var.architecture])
  labels          = { "plimsoll/nodes" = each.key }

  launch_template {
    id      = aws_launch_template.nodes[each.key].id
    version = aws_launch_template.nodes[each.key].latest_version
  }

  scaling_config {
    min_size     = each.value.minimum
    desired_size = each.value.minimum
    max_size     = each.value.maximum
  }

  # Only the application's pods tolerate this.
  dynamic "taint" {
    for_each = each.key == "application" ? [each.key] : []

    content {
      key    = "plimsoll/nodes"
      value  = taint.value
      effect = "NO_SCHEDULE"
    }
  }

  # How many run is the business of whoever scales them.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }

  # Nodes become ready with the network in place.
  depends_on = [
    aws_iam_role_policy_attachment.node,
    aws_eks_addon.early,
  ]
}
