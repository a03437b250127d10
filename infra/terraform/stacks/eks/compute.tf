# The cluster. What runs in it is in infra/kubernetes.

module "disk_keys" {
  source = "../../modules/keys"

  name                 = "${local.name}-nodes"
  production           = var.production
  deletion_window_days = var.production ? 30 : 7
  signing              = false
  purposes = {
    disks = {
      description  = "Disks of nodes"
      via          = ["ec2"]
      linked_roles = ["autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"]
    }
  }
}

module "cluster" {
  source = "../../modules/cluster"

  name               = local.name
  production         = var.production
  kubernetes_version = var.kubernetes.version
  architecture       = var.kubernetes.architecture
  fargate            = var.kubernetes.fargate
  vpc_id             = module.foundation.network.vpc_id
  private_subnet_ids = module.foundation.network.private_subnet_ids
  key_arn            = module.foundation.key_arns["secrets"]
  logs_key_arn       = module.foundation.key_arns["logs"]
  disk_key_arn       = module.disk_keys.arns["disks"]
  public_endpoint    = length(var.kubernetes.public_cidrs) > 0
  public_cidrs       = var.kubernetes.public_cidrs
  admins             = var.admins
  deployers          = var.deployers
  system_nodes       = var.kubernetes.system_nodes
  boundary_arn       = local.boundary_arn

  addons = merge({
    "vpc-cni"                = null
    "kube-proxy"             = null
    "eks-pod-identity-agent" = null
    "coredns"                = null
    "metrics-server"         = null
  }, var.kubernetes.addons)

  pod_identities = {
    api     = values(module.foundation.policies_json)
    console = values(module.foundation.policies_json)
  }

  load_balancer = {
    listener_arn      = module.load_balancer.listener_arn
    security_group_id = module.load_balancer.security_group_id
    targets = {
      api     = { priority = 100, paths = ["/api/*"] }
      console = { priority = 200, paths = ["/*"] }
    }
  }
  origin_header = module.load_balancer.origin_header
}
