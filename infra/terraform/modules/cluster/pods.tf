# What pods may do in AWS: one role a service account. On nodes the Pod Identity agent hands it out. The agent is a DaemonSet, and Fargate
# runs none, so pods there exchange their service account's token for it, which takes an identity provider for the cluster's issuer.

locals {
  issuer = trimprefix(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
  policies = merge([for account, documents in var.pod_identities : {
    for position, document in documents : "${account}/${position}" => { account = account, position = position, document = document }
  }]...)
}

resource "aws_iam_openid_connect_provider" "pods" {
  count = var.fargate ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "pod_trust" {
  for_each = var.pod_identities

  statement {
    sid     = "PodsOnNodes"
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.cluster_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [each.key]
    }
  }

  dynamic "statement" {
    for_each = aws_iam_openid_connect_provider.pods

    content {
      sid     = "PodsOnFargate"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:sub"
        values   = ["system:serviceaccount:${var.namespace}:${each.key}"]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role" "pod" {
  for_each = var.pod_identities

  name                 = "${var.name}-pod-${each.key}"
  description          = "Pods of the service account ${each.key} in ${var.namespace}"
  assume_role_policy   = data.aws_iam_policy_document.pod_trust[each.key].json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy" "pod" {
  for_each = local.policies

  name   = "part-${each.value.position}"
  role   = aws_iam_role.pod[each.value.account].id
  policy = each.value.document
}

resource "aws_eks_pod_identity_association" "pod" {
  for_each = var.pod_identities

  cluster_name    = aws_eks_cluster.this.name
  namespace       = var.namespace
  service_account = each.key
  role_arn        = aws_iam_role.pod[each.key].arn
}

# The application's pods are told apart by this group: databases and caches admit it, not the whole cluster. A SecurityGroupPolicy in
# infra/kubernetes gives it to pods, next to the cluster's own group, through which they reach DNS and are probed.
resource "aws_security_group" "pods" {
  #checkov:skip=CKV2_AWS_5: because Kubernetes gives it to pods, by a SecurityGroupPolicy
  name        = "${var.name}-pods"
  description = "Pods of the application"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-pods" }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  count = var.load_balancer == null ? 0 : 1

  security_group_id            = aws_security_group.pods.id
  description                  = "The load balancer to the pods"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = var.load_balancer.security_group_id
}
