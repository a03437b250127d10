# How the other stacks, and the operator's tool, find what is here. Names and ARNs, no secrets.

locals {
  parameters = merge(
    {
      "state-bucket"      = module.state.bucket
      "state-key-arn"     = module.keys.arns["state"]
      "boundary-arn"      = module.delivery.boundary_arn
      "images-key-arn"    = module.keys.arns["images"]
      "oidc-provider-arn" = module.delivery.provider_arn
    },
    { for repository, url in module.registry.urls : "registry/${repository}/url" => url },
    { for repository, arn in module.registry.arns : "registry/${repository}/arn" => arn },
    { for role, arn in module.delivery.role_arns : "role/${role}" => arn },
  )
}

resource "aws_ssm_parameter" "this" {
  for_each = local.parameters

  #checkov:skip=CKV2_AWS_34: because a name or an ARN is no secret, and a plan must be able to read it without a key
  name        = "${var.parameter_prefix}/bootstrap/${each.key}"
  description = "Of the bootstrap stack"
  type        = "String"
  value       = each.value
}
