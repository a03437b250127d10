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

  services = {
    for service in ["api", "console"] : service => {
      platform                 = "eks"
      cluster                  = local.name
      service                  = service
      target_group_arn_suffix  = module.cluster.target_group_arn_suffixes[service]
      load_balancer_arn_suffix = module.load_balancer.arn_suffix
      log_group                = module.cluster.log_group_name
      minimum                  = var.minimum_pods
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
