# Who is told of what.

module "observability" {
  source = "../../modules/observability"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name    = local.name
  key_arn = module.foundation.key_arns["topics"]
  email   = var.emails

  # Each by itself, not in a loop: a service rolls back on these alarms, so they may only wait for what stands before it, its
  # target group, and never for all of the module.
  services = {
    api = {
      cluster                  = local.name
      service                  = "api"
      target_group_arn_suffix  = module.service["api"].target_group_arn_suffix
      load_balancer_arn_suffix = module.load_balancer.arn_suffix
      log_group                = module.service["api"].log_group_name
      minimum                  = var.services.api.minimum
    }
    console = {
      cluster                  = local.name
      service                  = "console"
      target_group_arn_suffix  = module.service["console"].target_group_arn_suffix
      load_balancer_arn_suffix = module.load_balancer.arn_suffix
      log_group                = module.service["console"].log_group_name
      minimum                  = var.services.console.minimum
    }
  }

  database         = { cluster_id = module.foundation.database.cluster_id, readers = var.database.readers > 0 }
  cache            = { replication_group_id = module.foundation.cache.replication_group_id, nodes = var.cache.replicas + 1 }
  tables           = module.foundation.tables
  edge             = { distribution_id = module.edge.distribution_id, key_arn = module.edge_keys.arns["topics"] }
  certificate_arns = { origin = var.origin_certificate_arn }
  application      = {}
}

# CloudFront's alarms live in us-east-1, and so does the topic that they tell, and its key.
module "edge_keys" {
  source    = "../../modules/keys"
  providers = { aws = aws.us_east_1 }

  name                 = "${local.name}-edge"
  production           = var.production
  deletion_window_days = var.production ? 30 : 7
  signing              = false
  purposes = {
    topics = {
      description = "Notifications of the edge"
      services    = ["cloudwatch.amazonaws.com"]
      via         = ["sns"]
    }
  }
}
