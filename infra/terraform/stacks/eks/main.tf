# Plimsoll on EKS: CloudFront and its firewall → internal balancer → pods of api and console → data.

data "aws_ssm_parameter" "boundary" {
  count = var.boundary_arn == null && var.bootstrapped ? 1 : 0
  name  = "/plimsoll/bootstrap/boundary-arn"
}

locals {
  name         = "plimsoll-${var.environment}"
  boundary_arn = var.boundary_arn != null ? var.boundary_arn : one(data.aws_ssm_parameter.boundary[*].value)

  # What nodes and the load balancer controller call, where nothing leads to the internet.
  endpoints = var.network.egress == "endpoints" ? ["ec2", "eks", "eks-auth", "elasticloadbalancing"] : []
}

module "foundation" {
  source = "../../modules/foundation"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name                      = local.name
  production                = var.production
  network                   = merge(var.network, { further_endpoints = setunion(var.network.further_endpoints, local.endpoints) })
  client_security_group_ids = { pods = module.cluster.security_group_id }
  database                  = var.database
  cache                     = var.cache
  items                     = var.items
  lake                      = var.lake
  budget                    = var.budget
  emails                    = var.emails
  backup_lock               = var.backup_lock
  topic_arn                 = module.observability.topic_arn
  boundary_arn              = local.boundary_arn
}

# What other stacks and the operator's tool look up.
resource "aws_ssm_parameter" "this" {
  #checkov:skip=CKV2_AWS_34: because a name or an ARN is no secret, and a plan must be able to read it without a key
  for_each = {
    cluster         = module.cluster.cluster_name
    address         = module.edge.domain_name
    distribution-id = module.edge.distribution_id
    assets-bucket   = module.edge.assets_bucket
    topic-arn       = module.observability.topic_arn
  }

  name        = "/plimsoll/${var.environment}/${each.key}"
  description = "Stack eks: ${each.key}"
  type        = "String"
  value       = each.value
}
