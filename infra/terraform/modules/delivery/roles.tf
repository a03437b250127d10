# Roles that apply makes. They carry the boundary or are not made, and no role of the delivery itself is among them.
locals {
  made_roles    = "arn:${local.partition}:iam::${local.account}:role/${local.pattern}"
  made_policies = "arn:${local.partition}:iam::${local.account}:policy/${local.pattern}"

  # AWS's own policies that a stack attaches.
  managed_policies = [
    for policy in [
      "AmazonEC2ContainerRegistryPullOnly", "AmazonEKSClusterPolicy", "AmazonEKSFargatePodExecutionRolePolicy",
      "AmazonEKSVPCResourceController", "AmazonEKSWorkerNodeMinimalPolicy",
      "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "service-role/AWSBackupServiceRolePolicyForBackup",
      "service-role/AWSBackupServiceRolePolicyForRestores", "service-role/AmazonRDSEnhancedMonitoringRole",
    ] : "arn:${local.partition}:iam::aws:policy/${policy}"
  ]
}

data "aws_iam_policy_document" "roles" {
  statement {
    sid       = "MakeRolesWithTheBoundary"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = [local.made_roles]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid       = "AttachKnownPolicies"
    actions   = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    resources = [local.made_roles]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }

    condition {
      test     = "ArnLike"
      variable = "iam:PolicyARN"
      values   = concat([local.made_policies], local.managed_policies)
    }
  }

  statement {
    sid = "KeepRoles"
    actions = [
      "iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
    ]
    resources = [local.made_roles]
  }

  statement {
    sid = "KeepPolicies"
    actions = [
      "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion",
      "iam:TagPolicy", "iam:UntagPolicy",
    ]
    resources = [local.made_policies]
  }

  statement {
    sid       = "RolesOfServices"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values = [
        "autoscaling.amazonaws.com", "backup.amazonaws.com", "dynamodb.application-autoscaling.amazonaws.com", "ecs.amazonaws.com",
        "ecs.application-autoscaling.amazonaws.com", "eks-fargate.amazonaws.com", "eks-nodegroup.amazonaws.com", "eks.amazonaws.com",
        "elasticache.amazonaws.com", "elasticloadbalancing.amazonaws.com", "bcm-data-exports.amazonaws.com",
        "rds.amazonaws.com", "rds.application-autoscaling.amazonaws.com", "vpcorigin.cloudfront.amazonaws.com", "wafv2.amazonaws.com",
      ]
    }
  }

  statement {
    sid       = "HandRolesToServices"
    actions   = ["iam:PassRole"]
    resources = [local.made_roles]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [
        "backup.amazonaws.com", "ecs-tasks.amazonaws.com", "ec2.amazonaws.com", "eks-fargate-pods.amazonaws.com", "eks.amazonaws.com",
        "events.amazonaws.com", "lambda.amazonaws.com", "monitoring.rds.amazonaws.com", "pods.eks.amazonaws.com",
        "rds.amazonaws.com", "vpc-flow-logs.amazonaws.com",
      ]
    }
  }

  # A refusal holds against whatever a pattern chosen too wide would let through.
  statement {
    sid    = "HandsOffDelivery"
    effect = "Deny"
    actions = [
      "iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:CreateRole", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole", "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
    ]
    resources = [
      "arn:${local.partition}:iam::${local.account}:role${local.path}*",
      "arn:${local.partition}:iam::${local.account}:policy${local.path}*",
    ]
  }

  # Nor the states' bucket, whose name has the same prefix, nor the parts of bootstrap that keep an eye on it.
  statement {
    sid    = "HandsOffState"
    effect = "Deny"
    actions = [
      "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObjectVersion", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
    ]
    resources = concat([var.state_bucket_arn, "${var.state_bucket_arn}/*"], [for bucket in sort(var.guarded_bucket_arns) : bucket])
  }

  # What bootstrap publishes is what stacks believe, the boundary's ARN among it.
  statement {
    sid       = "HandsOffParameters"
    effect    = "Deny"
    actions   = ["ssm:DeleteParameter", "ssm:PutParameter"]
    resources = ["${local.arn["ssm"]}:parameter${var.parameter_prefix}/bootstrap/*"]
  }

  statement {
    sid    = "HandsOffKeys"
    effect = "Deny"
    actions = [
      "kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UpdateAlias",
    ]
    resources = concat([var.state_key_arn], sort(var.guarded_key_arns))
  }
}

resource "aws_iam_role_policy" "roles" {
  name   = "roles"
  role   = aws_iam_role.this["apply"].id
  policy = data.aws_iam_policy_document.roles.json
}
