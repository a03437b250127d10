data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

module "keys" {
  source = "../../modules/keys"

  name       = var.name
  production = var.production
  signing    = false

  purposes = {
    state = {
      description = "Terraform's states"
      via         = ["s3"]
    }
    images = {
      description = "Container images"
      via         = ["ecr"]
    }
    trail = {
      description = "The account's trail"
      services    = ["cloudtrail.amazonaws.com"]
      via         = ["s3"]
    }
  }
}

module "state" {
  source = "../../modules/state"

  name          = var.name
  key_arn       = module.keys.arns["state"]
  production    = var.production
  force_destroy = var.force_destroy
}

module "registry" {
  source = "../../modules/registry"

  name         = var.name
  key_arn      = module.keys.arns["images"]
  repositories = var.repositories
  keep         = var.images_kept
}

module "delivery" {
  source = "../../modules/delivery"

  name                = var.name
  repository          = var.repository
  subject_prefix      = var.subject_prefix
  environments        = var.environments
  provider_arn        = var.github_provider_arn
  regions             = var.regions
  states              = var.states
  state_bucket_arn    = module.state.bucket_arn
  state_key_arn       = module.keys.arns["state"]
  repository_arns     = values(module.registry.arns)
  asset_buckets       = var.asset_buckets
  plan_reads_secrets  = var.plan_reads_secrets
  boundary_actions    = var.boundary_actions
  parameter_prefix    = var.parameter_prefix
  guarded_bucket_arns = aws_s3_bucket.trail[*].arn
  guarded_key_arns    = [module.keys.arns["images"], module.keys.arns["trail"]]
}
