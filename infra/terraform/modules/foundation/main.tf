# What computing stands on, whether ECS or Kubernetes computes: keys, network, data, lake, backups, guarded costs.

data "aws_region" "this" {}

locals {
  region = data.aws_region.this.name # 6.x: .region
}

module "keys" {
  source = "../keys"

  name                 = var.name
  production           = var.production
  deletion_window_days = var.production ? 30 : 7
  rotation_days        = 365
}

module "network" {
  source = "../network"

  name                = var.name
  cidr                = var.network.cidr
  zones               = var.network.zones
  egress              = var.network.egress
  interface_endpoints = setunion(local.complete_endpoints, var.network.further_endpoints)
  ipv6                = var.network.ipv6
  logs_key_arn        = module.keys.arns["logs"]
  boundary_arn        = var.boundary_arn
}

locals {
  complete_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssm", "monitoring"]
}

# ---- data

module "database" {
  source = "../database"

  name                      = var.name
  production                = var.production
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.data_subnet_ids
  client_security_group_ids = var.client_security_group_ids
  key_arn                   = module.keys.arns["data"]
  secret_key_arn            = module.keys.arns["secrets"]
  logs_key_arn              = module.keys.arns["logs"]
  engine_version            = var.database.engine_version
  min_acu                   = var.database.min_acu
  max_acu                   = var.database.max_acu
  readers                   = var.database.readers
  reader_max                = var.database.reader_max
  backup_retention_days     = var.database.backup_retention_days
  deletion_protection       = var.production
  skip_final_snapshot       = !var.production
  snapshot_identifier       = var.database.snapshot_identifier
  log_retention_days        = var.log_retention_days
  boundary_arn              = var.boundary_arn
}

module "cache" {
  source = "../cache"

  name                      = var.name
  production                = var.production
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.data_subnet_ids
  client_security_group_ids = var.client_security_group_ids
  key_arn                   = module.keys.arns["cache"]
  logs_key_arn              = module.keys.arns["logs"]
  node_type                 = var.cache.node_type
  replicas                  = var.cache.replicas
  skip_final_snapshot       = !var.production
  log_retention_days        = var.log_retention_days
}

# Sessions of the console end by themselves: the rows of all of them, and one of each user that says which still count.
module "sessions" {
  source = "../table"

  name                = var.name
  production          = var.production
  table               = "sessions"
  hash_key            = "id"
  attributes          = { id = "S" }
  ttl_attribute       = "expires"
  key_arn             = module.keys.arns["data"]
  deletion_protection = var.production
}

# The catalogue in one table: an item under its own key, and by category through the index. Changes that the ledger does not have
# yet wait in it too, and keys of repeated requests, which expire.
module "items" {
  source = "../table"

  name       = var.name
  production = var.production
  table      = "items"
  hash_key   = "pk"
  range_key  = "sk"
  attributes = { pk = "S", sk = "S", category = "S", name = "S" }
  indexes = {
    by-category = merge({ hash_key = "category", range_key = "name", projection = "ALL" }, var.items.index_capacity)
  }
  ttl_attribute       = "expires"
  billing             = var.items.billing
  key_arn             = module.keys.arns["data"]
  deletion_protection = var.production
}

module "lake" {
  source = "../lake"

  name          = var.name
  production    = var.production
  key_arn       = module.keys.arns["lake"]
  lock_days     = var.lake.lock_days
  lock_mode     = var.lake.lock_mode
  force_destroy = !var.production
  first_date    = var.lake.first_date
}

# ---- guards

module "backup" {
  source = "../backup"

  name          = var.name
  production    = var.production
  key_arn       = module.keys.arns["backup"]
  vault_lock    = var.backup_lock
  force_destroy = !var.production
  topic_arn     = var.topic_arn
  boundary_arn  = var.boundary_arn

  resource_arns = {
    database = module.database.cluster_arn
    sessions = module.sessions.arn
    items    = module.items.arn
  }
}

module "cost" {
  source = "../cost"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name                  = var.name
  key_arn               = module.keys.arns["topics"]
  emails                = var.emails
  monthly_limit_usd     = var.budget.monthly_limit_usd
  services              = var.budget.services
  anomaly_threshold_usd = var.budget.anomaly_threshold_usd
  monitor_arn           = var.budget.monitor_arn
  export                = var.budget.export ? { bucket = module.lake.bucket, region = local.region, prefix = module.lake.bills_prefix } : null
}
