data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  regions   = distinct(concat([local.region], sort(var.regions), ["us-east-1"]))

  # A path of their own keeps these roles out of the pattern that apply may change.
  path    = "/delivery/"
  pattern = coalesce(var.resource_pattern, "${var.name}-*")
  cluster = coalesce(var.cluster_pattern, local.pattern)
  service = coalesce(var.service_pattern, "*")

  issuer       = "token.actions.githubusercontent.com"
  provider_arn = var.provider_arn != null ? var.provider_arn : aws_iam_openid_connect_provider.github[0].arn
  subject      = coalesce(var.subject_prefix, "repo:${var.repository}")

  roles = {
    plan   = { environment = var.environments.plan, description = "Reads what stands and plans" }
    apply  = { environment = var.environments.apply, description = "Builds what was planned" }
    push   = { environment = var.environments.push, description = "Pushes images" }
    deploy = { environment = var.environments.deploy, description = "Puts an image into service" }
  }
}

# The certificate's thumbprint is not given: AWS trusts GitHub's by its authority.
resource "aws_iam_openid_connect_provider" "github" {
  count = var.provider_arn == null ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# The subject of one environment, compared as a whole. A branch as an alternative would undo the environment's reviewers.
data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["${local.subject}:environment:${each.value.environment}"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "${var.name}-${each.key}"
  path                 = local.path
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  permissions_boundary = var.boundary
  max_session_duration = each.key == "apply" ? 7200 : 3600
}
