# What Terraform asks when it refreshes a stack, and nothing that reads customers' data, secrets or objects.
locals {
  read = {
    network = [
      "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "ec2:DescribeAvailabilityZones",
      "ec2:DescribeEgressOnlyInternetGateways", "ec2:DescribeFlowLogs", "ec2:DescribeImages", "ec2:DescribeInstanceTypes",
      "ec2:DescribeInternetGateways", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplates",
      "ec2:DescribeManagedPrefixLists", "ec2:DescribeNatGateways", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces",
      "ec2:DescribePrefixLists", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpointServices",
      "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs", "ec2:GetManagedPrefixListEntries", "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates", "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeSSLPolicies", "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "acm:DescribeCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate",
      "cloudfront:DescribeFunction", "cloudfront:GetCachePolicy", "cloudfront:GetDistribution", "cloudfront:GetDistributionConfig",
      "cloudfront:GetFunction", "cloudfront:GetMonitoringSubscription", "cloudfront:GetOriginAccessControl",
      "cloudfront:GetOriginRequestPolicy", "cloudfront:GetResponseHeadersPolicy", "cloudfront:GetVpcOrigin",
      "cloudfront:ListCachePolicies", "cloudfront:ListDistributions", "cloudfront:ListOriginAccessControls",
      "cloudfront:ListOriginRequestPolicies", "cloudfront:ListResponseHeadersPolicies", "cloudfront:ListTagsForResource",
      "cloudfront:ListVpcOrigins",
      "route53:GetChange", "route53:GetHealthCheck", "route53:GetHostedZone", "route53:ListHostedZones", "route53:ListHostedZonesByName",
      "route53:ListResourceRecordSets", "route53:ListTagsForResource",
      "wafv2:GetIPSet", "wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:GetWebACLForResource",
      "wafv2:ListResourcesForWebACL", "wafv2:ListTagsForResource", "wafv2:ListWebACLs",
    ]

    compute = [
      "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies",
      "application-autoscaling:DescribeScheduledActions", "application-autoscaling:ListTagsForResource",
      "autoscaling:DescribeAutoScalingGroups",
      "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource",
      "ecs:DescribeCapacityProviders", "ecs:DescribeClusters", "ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions",
      "ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListServiceDeployments", "ecs:ListServices",
      "ecs:ListTagsForResource", "ecs:ListTaskDefinitions", "ecs:ListTasks",
      "eks:DescribeAccessEntry", "eks:DescribeAddon", "eks:DescribeAddonConfiguration", "eks:DescribeAddonVersions",
      "eks:DescribeCluster", "eks:DescribeClusterVersions", "eks:DescribeFargateProfile", "eks:DescribeNodegroup",
      "eks:DescribePodIdentityAssociation", "eks:DescribeUpdate", "eks:ListAccessEntries", "eks:ListAssociatedAccessPolicies",
      "eks:ListPodIdentityAssociations", "eks:ListTagsForResource",
      "iam:GetInstanceProfile", "iam:GetOpenIDConnectProvider", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole",
      "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListEntitiesForPolicy", "iam:ListInstanceProfilesForRole",
      "iam:ListPolicies", "iam:ListPolicyTags", "iam:ListPolicyVersions", "iam:ListRolePolicies", "iam:ListRoleTags", "iam:ListRoles",
      "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration", "lambda:GetPolicy",
      "lambda:GetRuntimeManagementConfig", "lambda:ListTags", "lambda:ListVersionsByFunction",
      "tag:GetResources",
    ]

    data = [
      "athena:GetDataCatalog", "athena:GetNamedQuery", "athena:GetWorkGroup", "athena:ListNamedQueries", "athena:ListTagsForResource",
      "backup:DescribeBackupVault", "backup:GetBackupPlan", "backup:GetBackupSelection", "backup:GetBackupVaultAccessPolicy",
      "backup:GetBackupVaultNotifications", "backup:ListBackupSelections", "backup:ListRecoveryPointsByBackupVault", "backup:ListTags",
      "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeContributorInsights", "dynamodb:DescribeKinesisStreamingDestination",
      "dynamodb:DescribeTable", "dynamodb:DescribeTableReplicaAutoScaling", "dynamodb:DescribeTimeToLive", "dynamodb:GetResourcePolicy",
      "dynamodb:ListTagsOfResource",
      "elasticache:DescribeCacheClusters", "elasticache:DescribeCacheEngineVersions", "elasticache:DescribeCacheParameterGroups",
      "elasticache:DescribeCacheParameters", "elasticache:DescribeCacheSubnetGroups", "elasticache:DescribeReplicationGroups",
      "elasticache:DescribeUserGroups", "elasticache:DescribeUsers", "elasticache:ListTagsForResource",
      "glue:GetDatabase", "glue:GetPartitionIndexes", "glue:GetTable", "glue:GetTables", "glue:GetTags",
      "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListAliases", "kms:ListResourceTags",
      "rds:DescribeCertificates", "rds:DescribeDBClusterParameterGroups", "rds:DescribeDBClusterParameters", "rds:DescribeDBClusters",
      "rds:DescribeDBEngineVersions", "rds:DescribeDBInstances", "rds:DescribeDBParameterGroups", "rds:DescribeDBParameters",
      "rds:DescribeDBSubnetGroups", "rds:DescribeEventSubscriptions", "rds:DescribeGlobalClusters", "rds:ListTagsForResource",
      "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds",
      "ssm:DescribeParameters", "ssm:ListTagsForResource",
    ]

    guards = [
      "bcm-data-exports:GetExport", "bcm-data-exports:GetTable", "bcm-data-exports:ListExports", "bcm-data-exports:ListTagsForResource",
      "budgets:ListTagsForResource", "budgets:ViewBudget",
      "ce:GetAnomalyMonitors", "ce:GetAnomalySubscriptions", "ce:ListCostAllocationTags", "ce:ListTagsForResource",
      "cloudwatch:DescribeAlarms", "cloudwatch:DescribeAnomalyDetectors", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource",
      "cur:DescribeReportDefinitions",
      "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule",
      "logs:DescribeDeliveries", "logs:DescribeDeliveryDestinations", "logs:DescribeDeliverySources", "logs:DescribeLogGroups",
      "logs:DescribeMetricFilters", "logs:DescribeQueryDefinitions", "logs:DescribeResourcePolicies", "logs:DescribeSubscriptionFilters",
      "logs:GetDelivery", "logs:GetDeliveryDestination", "logs:GetDeliveryDestinationPolicy", "logs:GetDeliverySource",
      "logs:ListTagsForResource",
      "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource",
    ]
  }
}

data "aws_iam_policy_document" "read" {
  for_each = local.read

  statement {
    sid     = "Read${title(each.key)}"
    actions = each.value
    # star: most descriptions know no resource, and they tell how a thing is made, not what is in it
    resources = ["*"]
  }

  # Buckets by name: the list of their objects is telling. Not the objects.
  dynamic "statement" {
    for_each = each.key == "data" ? [1] : []

    content {
      sid = "ReadBuckets"
      actions = [
        "s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging",
        "s3:GetBucketNotification", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment", "s3:GetBucketTagging",
        "s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration", "s3:GetIntelligentTieringConfiguration",
        "s3:GetInventoryConfiguration", "s3:GetLifecycleConfiguration", "s3:GetMetricsConfiguration", "s3:GetReplicationConfiguration",
        "s3:ListBucket",
      ]
      resources = ["arn:${local.partition}:s3:::${local.pattern}"]
    }
  }

  # Parameters are values, so only those that are ours and those that AWS publishes.
  dynamic "statement" {
    for_each = each.key == "data" ? [1] : []

    content {
      sid     = "ReadParameters"
      actions = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
      resources = [
        "arn:${local.partition}:ssm:*:${local.account}:parameter${var.parameter_prefix}/*",
        "arn:${local.partition}:ssm:*::parameter/aws/service/*",
      ]
    }
  }
}

resource "aws_iam_policy" "read" {
  for_each = local.read

  name        = "${var.name}-read-${each.key}"
  path        = local.path
  description = "What a plan reads: ${each.key}"
  policy      = data.aws_iam_policy_document.read[each.key].json
}

resource "aws_iam_role_policy_attachment" "read" {
  for_each = merge([for role in ["plan", "apply"] : { for group in keys(local.read) : "${role}-${group}" => { role = role, group = group } }]...)

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = aws_iam_policy.read[each.value.group].arn
}

# The provider refreshes a secret's version by reading it, even when the value was written and is not kept.
# 6.x: newer providers only look; take this away then.
data "aws_iam_policy_document" "secrets" {
  statement {
    sid       = "RefreshSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["${local.arn["secretsmanager"]}:secret:${local.pattern}"]
  }

  statement {
    sid       = "DecryptSecrets"
    actions   = ["kms:Decrypt"]
    resources = ["${local.arn["kms"]}:key/*"]

    condition {
      test     = "StringLike"
      variable = "kms:ViaService"
      values   = ["secretsmanager.*.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "secrets" {
  for_each = toset(var.plan_reads_secrets ? ["plan", "apply"] : ["apply"])

  name   = "secrets"
  role   = aws_iam_role.this[each.key].id
  policy = data.aws_iam_policy_document.secrets.json
}
