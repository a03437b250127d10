data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # Said rather than read: a policy that reads it would be planned anew with every change of the cluster.
  cluster_arn = "arn:${local.partition}:eks:${data.aws_region.current.name}:${local.account}:cluster/${var.name}"
}

# EKS writes to the group of this name, and would make one without key and retention.
resource "aws_cloudwatch_log_group" "control_plane" {
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

resource "aws_eks_cluster" "this" {
  name     = var.name
  version  = var.kubernetes_version
  role_arn = aws_iam_role.cluster.arn

  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  # Add-ons are those of addons.tf, of a version that is known.
  bootstrap_self_managed_addons = false

  # Who may do what is said by access entries, for whoever made the cluster too.
  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  vpc_config {
    subnet_ids              = var.private_subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = var.public_endpoint
    public_access_cidrs     = var.public_endpoint ? sort(tolist(var.public_cidrs)) : null
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = var.key_arn
    }
  }

  # When a version's time is over the cluster is upgraded, rather than charged six times as much.
  upgrade_policy {
    support_type = "STANDARD"
  }

  # 6.x: deletion_protection = var.production

  depends_on = [
    aws_cloudwatch_log_group.control_plane,
    aws_iam_role_policy_attachment.cluster,
  ]
}
