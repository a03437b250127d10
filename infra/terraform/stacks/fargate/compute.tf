# The services: one image, two roles. What is /api goes to the one, the rest to the other.

resource "aws_ecs_cluster" "this" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = module.foundation.key_arns["logs"]
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.exec.name
        cloud_watch_encryption_enabled = true
      }
    }
  }
}

# What is typed into a task, where a shell is allowed at all.
resource "aws_cloudwatch_log_group" "exec" {
  name              = "/plimsoll/${local.name}/exec"
  retention_in_days = 400
  kms_key_id        = module.foundation.key_arns["logs"]
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

module "secrets" {
  source = "../../modules/secrets"

  name                 = local.name
  production           = var.production
  key_arn              = module.foundation.key_arns["secrets"]
  recovery_window_days = var.production ? 30 : 0

  secrets = {
    task-tls = {
      description = "Certificate and private key that the balancer meets at the tasks, PEM"
      keys        = ["certificate", "private_key"]
    }
  }
  values        = { task-tls = jsonencode(var.task_tls) }
  value_version = { task-tls = var.task_tls_version }
}

locals {
  # Lower goes first: /api/* to the one, whatever is left to the other.
  routes = {
    api     = { priority = 100, paths = ["/api/*"] }
    console = { priority = 200, paths = ["/*"] }
  }
}

module "service" {
  source   = "../../modules/service"
  for_each = local.routes

  name         = local.name
  production   = var.production
  service      = each.key
  cluster_arn  = aws_ecs_cluster.this.arn
  cluster_name = aws_ecs_cluster.this.name

  image        = var.image
  architecture = var.architecture
  cpu          = var.services[each.key].cpu
  memory       = var.services[each.key].memory
  environment  = merge(module.foundation.settings, { PLIMSOLL_PUBLIC_URL = "https://${local.public_name}" }, var.settings)
  secrets = {
    PLIMSOLL_TLS_CERTIFICATE = "${module.secrets.arns["task-tls"]}:certificate::"
    PLIMSOLL_TLS_KEY         = "${module.secrets.arns["task-tls"]}:private_key::"
  }
  secret_arns      = [module.secrets.arns["task-tls"]]
  key_arns         = [module.foundation.key_arns["secrets"]]
  task_policy_json = values(module.foundation.policies_json)
  boundary_arn     = local.boundary_arn
  log_key_arn      = module.foundation.key_arns["logs"]
  enable_exec      = var.enable_exec

  vpc_id     = module.foundation.network.vpc_id
  subnet_ids = module.foundation.network.private_subnet_ids
  load_balancer = {
    listener_arn      = module.load_balancer.listener_arn
    security_group_id = module.load_balancer.security_group_id
    arn_suffix        = module.load_balancer.arn_suffix
    priority          = each.value.priority
    paths             = each.value.paths
  }
  canary        = var.canary ? { priority = each.value.priority - 50 } : null
  origin_header = module.load_balancer.origin_header

  egress = {
    https    = { description = "AWS and webhooks by HTTPS", port = 443, cidr = "0.0.0.0/0" }
    database = { description = "Database", port = module.foundation.database.port, security_group_id = module.foundation.database.security_group_id }
    cache    = { description = "Cache", port = module.foundation.cache.port, security_group_id = module.foundation.cache.security_group_id }
  }

  desired         = var.services[each.key].minimum
  minimum         = var.services[each.key].minimum
  maximum         = var.services[each.key].maximum
  spot_share      = var.services[each.key].spot_share
  requests_target = var.services[each.key].requests_target
  schedules       = var.schedules
  alarm_names     = module.observability.rollback_alarm_names[each.key]

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}
