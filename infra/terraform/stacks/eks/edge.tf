# The one way in.

locals {
  # The name that callers use: their own, else CloudFront's, which is only known once it is made, so the balancer's stands in.
  public_name = length(var.domain_names) > 0 ? var.domain_names[0] : var.origin_domain
  vpc_origin  = var.origin_mode == "vpc-origin"
}

module "load_balancer" {
  source = "../../modules/load-balancer"

  name                = local.name
  production          = var.production
  vpc_id              = module.foundation.network.vpc_id
  vpc_cidr            = module.foundation.network.vpc_cidr
  subnet_ids          = local.vpc_origin ? module.foundation.network.private_subnet_ids : module.foundation.network.public_subnet_ids
  mode                = var.origin_mode
  certificate_arn     = var.origin_certificate_arn
  origin_secret       = var.origin_secret
  log_bucket          = module.foundation.lake.log_bucket
  deletion_protection = var.production
}

module "edge" {
  source = "../../modules/edge"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name       = local.name
  production = var.production
  origin = {
    mode                   = var.origin_mode
    load_balancer_arn      = module.load_balancer.arn
    load_balancer_dns_name = module.load_balancer.dns_name
    load_balancer_zone_id  = module.load_balancer.zone_id
    domain                 = var.origin_domain
  }
  origin_secret   = local.vpc_origin ? null : var.origin_secret[0]
  domain_names    = var.domain_names
  zone_id         = var.zone_id
  certificate_arn = var.certificate_arn
  log_bucket      = module.foundation.lake.log_bucket
  rate_limit      = var.rate_limit
  unlimited_cidrs = var.unlimited_cidrs
}
