# What Terraform does when it applies a stack. Wherever AWS lets a name or a path be told, it is the stacks' pattern; what is known by numbers only
# (networks, keys, distributions) is held to the account and the regions.
locals {
  arn = { # Every service's resources whose names we choose
    for service in [
      "application-autoscaling", "athena", "backup", "cloudwatch", "dynamodb", "ecs", "eks", "elasticache", "elasticloadbalancing", "events",
      "glue", "kms", "lambda", "logs", "rds", "secretsmanager", "sns", "ssm",
    ] : service => "arn:${local.partition}:${service}:*:${local.account}"
  }

  write = {
    network = {
      Network = {
        actions = [
          "ec2:AllocateAddress", "ec2:AssociateAddress", "ec2:AssociateRouteTable", "ec2:AssociateSubnetCidrBlock",
          "ec2:AssociateVpcCidrBlock", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress",
          "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateFlowLogs", "ec2:CreateInternetGateway",
          "ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion", "ec2:CreateNatGateway", "ec2:CreateNetworkAcl",
          "ec2:CreateNetworkAclEntry", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet",
          "ec2:CreateTags", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:DeleteEgressOnlyInternetGateway", "ec2:DeleteFlowLogs",
          "ec2:DeleteInternetGateway", "ec2:DeleteLaunchTemplate", "ec2:DeleteLaunchTemplateVersions", "ec2:DeleteNatGateway",
          "ec2:DeleteNetworkAcl", "ec2:DeleteNetworkAclEntry", "ec2:DeleteNetworkInterface", "ec2:DeleteRoute", "ec2:DeleteRouteTable",
          "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
          "ec2:DetachInternetGateway", "ec2:DetachNetworkInterface", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable",
          "ec2:DisassociateSubnetCidrBlock", "ec2:DisassociateVpcCidrBlock", "ec2:ModifyLaunchTemplate",
          "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint",
          "ec2:ReleaseAddress", "ec2:ReplaceNetworkAclAssociation", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceRoute",
          "ec2:ReplaceRouteTableAssociation", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:RunInstances",
          "ec2:UpdateSecurityGroupRuleDescriptionsEgress", "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
        ]
        # star: a network's parts have numbers for names; the condition holds them to the regions
        resources = ["*"]
        regional  = true
      }
      # A rule's number follows the balancer's name, so the pattern holds for listeners too.
      Balancers = {
        actions = [
          "elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateLoadBalancer",
          "elasticloadbalancing:CreateRule", "elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteListener",
          "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:DeleteTargetGroup",
          "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes",
          "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyRule",
          "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes",
          "elasticloadbalancing:RemoveTags", "elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:SetSecurityGroups",
          "elasticloadbalancing:SetSubnets",
        ]
        resources = [
          "${local.arn["elasticloadbalancing"]}:loadbalancer/app/${local.pattern}/*", "${local.arn["elasticloadbalancing"]}:listener/app/${local.pattern}/*",
          "${local.arn["elasticloadbalancing"]}:listener-rule/app/${local.pattern}/*", "${local.arn["elasticloadbalancing"]}:targetgroup/${local.pattern}/*",
        ]
      }
      RulesOrder = {
        actions = ["elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetWebACL"]
        resources = [
          "${local.arn["elasticloadbalancing"]}:listener-rule/app/${local.pattern}/*", "${local.arn["elasticloadbalancing"]}:loadbalancer/app/${local.pattern}/*",
        ]
      }
    }

    edge = {
      Edge = {
        actions = [
          "cloudfront:AllowVendedLogDeliveryForResource", "cloudfront:CreateCachePolicy", "cloudfront:CreateDistribution", "cloudfront:CreateFunction", "cloudfront:CreateInvalidation",
          "cloudfront:CreateMonitoringSubscription", "cloudfront:CreateOriginAccessControl", "cloudfront:CreateOriginRequestPolicy",
          "cloudfront:CreateResponseHeadersPolicy", "cloudfront:CreateVpcOrigin", "cloudfront:DeleteCachePolicy",
          "cloudfront:DeleteDistribution", "cloudfront:DeleteFunction", "cloudfront:DeleteMonitoringSubscription",
          "cloudfront:DeleteOriginAccessControl", "cloudfront:DeleteOriginRequestPolicy", "cloudfront:DeleteResponseHeadersPolicy",
          "cloudfront:DeleteVpcOrigin", "cloudfront:PublishFunction", "cloudfront:TagResource", "cloudfront:UntagResource",
          "cloudfront:UpdateCachePolicy", "cloudfront:UpdateDistribution", "cloudfront:UpdateFunction",
          "cloudfront:UpdateOriginAccessControl", "cloudfront:UpdateOriginRequestPolicy", "cloudfront:UpdateResponseHeadersPolicy",
          "cloudfront:UpdateVpcOrigin",
        ]
        resources = ["arn:${local.partition}:cloudfront::${local.account}:*"]
      }
      Firewall = {
        actions = [
          "wafv2:AssociateWebACL", "wafv2:CreateIPSet", "wafv2:CreateWebACL", "wafv2:DeleteIPSet", "wafv2:DeleteLoggingConfiguration",
          "wafv2:DeleteWebACL", "wafv2:DisassociateWebACL", "wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource",
          "wafv2:UpdateIPSet", "wafv2:UpdateWebACL",
        ]
        resources = [
          "arn:${local.partition}:wafv2:*:${local.account}:*/webacl/${local.pattern}/*",
          "arn:${local.partition}:wafv2:*:${local.account}:*/ipset/${local.pattern}/*",
          "arn:${local.partition}:wafv2:*:${local.account}:*/managedruleset/*/*",
          "${local.arn["elasticloadbalancing"]}:loadbalancer/app/${local.pattern}/*",
        ]
      }
      Certificates = {
        actions = [
          "acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate", "acm:RequestCertificate",
          "acm:UpdateCertificateOptions",
        ]
        # star: a certificate has a number for a name, and none at all while it is asked for
        resources = ["*"]
        regional  = true
      }
      Names = {
        actions   = ["route53:ChangeResourceRecordSets", "route53:ChangeTagsForResource"]
        resources = ["arn:${local.partition}:route53:::hostedzone/*"]
      }
    }

    compute = {
      Revisions = {
        actions = ["ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition"]
        # star: ECS knows no resource for these
        resources = ["*"]
        regional  = true
      }
      Services = {
        actions = [
          "ecs:CreateCluster", "ecs:CreateService", "ecs:DeleteCluster", "ecs:DeleteService", "ecs:PutClusterCapacityProviders",
          "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster", "ecs:UpdateClusterSettings", "ecs:UpdateService",
        ]
        resources = [
          "${local.arn["ecs"]}:cluster/${local.pattern}", "${local.arn["ecs"]}:service/${local.pattern}/*",
          "${local.arn["ecs"]}:task-definition/${local.pattern}:*",
        ]
      }
      Scaling = {
        actions = [
          "application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeleteScheduledAction",
          "application-autoscaling:DeregisterScalableTarget", "application-autoscaling:PutScalingPolicy",
          "application-autoscaling:PutScheduledAction", "application-autoscaling:RegisterScalableTarget",
          "application-autoscaling:TagResource", "application-autoscaling:UntagResource",
        ]
        resources = ["${local.arn["application-autoscaling"]}:scalable-target/*"]
      }
      Kubernetes = {
        actions = [
          "eks:AssociateAccessPolicy", "eks:CreateAccessEntry", "eks:CreateAddon", "eks:CreateCluster", "eks:CreateFargateProfile",
          "eks:CreateNodegroup", "eks:CreatePodIdentityAssociation", "eks:DeleteAccessEntry", "eks:DeleteAddon", "eks:DeleteCluster",
          "eks:DeleteFargateProfile", "eks:DeleteNodegroup", "eks:DeletePodIdentityAssociation", "eks:DisassociateAccessPolicy",
          "eks:TagResource", "eks:UntagResource", "eks:UpdateAccessEntry", "eks:UpdateAddon", "eks:UpdateClusterConfig",
          "eks:UpdateClusterVersion", "eks:UpdateNodegroupConfig", "eks:UpdateNodegroupVersion", "eks:UpdatePodIdentityAssociation",
        ]
        resources = [
          "${local.arn["eks"]}:cluster/${local.pattern}", "${local.arn["eks"]}:nodegroup/${local.pattern}/*/*",
          "${local.arn["eks"]}:fargateprofile/${local.pattern}/*/*", "${local.arn["eks"]}:addon/${local.pattern}/*/*",
          "${local.arn["eks"]}:access-entry/${local.pattern}/*", "${local.arn["eks"]}:podidentityassociation/${local.pattern}/*",
        ]
      }
      Functions = {
        actions = [
          "lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:PublishVersion", "lambda:RemovePermission",
          "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
        ]
        resources = ["${local.arn["lambda"]}:function:${local.pattern}"]
      }
    }

    data = {
      Databases = {
        actions = [
          "rds:AddTagsToResource", "rds:CreateDBCluster", "rds:CreateDBClusterParameterGroup", "rds:CreateDBClusterSnapshot",
          "rds:CreateDBInstance", "rds:CreateDBParameterGroup", "rds:CreateDBSubnetGroup", "rds:DeleteDBCluster",
          "rds:DeleteDBClusterParameterGroup", "rds:DeleteDBInstance", "rds:DeleteDBParameterGroup", "rds:DeleteDBSubnetGroup",
          "rds:ModifyDBCluster", "rds:ModifyDBClusterParameterGroup", "rds:ModifyDBInstance", "rds:ModifyDBParameterGroup",
          "rds:ModifyDBSubnetGroup", "rds:RebootDBInstance", "rds:RemoveTagsFromResource", "rds:ResetDBClusterParameterGroup",
          "rds:ResetDBParameterGroup", "rds:RestoreDBClusterToPointInTime",
        ]
        resources = [for kind in ["cluster", "cluster-pg", "cluster-snapshot", "db", "pg", "subgrp"] : "${local.arn["rds"]}:${kind}:${local.pattern}"]
      }
      Caches = {
        actions = [
          "elasticache:AddTagsToResource", "elasticache:CreateCacheParameterGroup", "elasticache:CreateCacheSubnetGroup",
          "elasticache:CreateReplicationGroup", "elasticache:CreateSnapshot", "elasticache:CreateUser", "elasticache:CreateUserGroup",
          "elasticache:DecreaseReplicaCount", "elasticache:DeleteCacheParameterGroup", "elasticache:DeleteCacheSubnetGroup",
          "elasticache:DeleteReplicationGroup", "elasticache:DeleteUser", "elasticache:DeleteUserGroup",
          "elasticache:IncreaseReplicaCount", "elasticache:ModifyCacheParameterGroup", "elasticache:ModifyCacheSubnetGroup",
          "elasticache:ModifyReplicationGroup", "elasticache:ModifyUser", "elasticache:ModifyUserGroup",
          "elasticache:RemoveTagsFromResource", "elasticache:ResetCacheParameterGroup",
        ]
        resources = [
          for kind in ["cluster", "parametergroup", "replicationgroup", "snapshot", "subnetgroup", "user", "usergroup"] :
          "${local.arn["elasticache"]}:${kind}:${local.pattern}"
        ]
      }
      Tables = {
        actions = [
          "dynamodb:CreateTable", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable", "dynamodb:PutResourcePolicy",
          "dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateContributorInsights",
          "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
        ]
        resources = ["${local.arn["dynamodb"]}:table/${local.pattern}", "${local.arn["dynamodb"]}:table/${local.pattern}/index/*"]
      }
      # Buckets, not the objects in them; and no bucket's lock is ever bypassed.
      Buckets = {
        actions = [
          "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketCORS", "s3:PutBucketLogging",
          "s3:PutBucketNotification", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration",
          "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration", "s3:PutLifecycleConfiguration",
          "s3:PutMetricsConfiguration",
        ]
        resources = ["arn:${local.partition}:s3:::${local.pattern}"]
      }
      Catalogue = {
        actions = [
          "glue:CreateDatabase", "glue:CreatePartitionIndex", "glue:CreateTable", "glue:DeleteDatabase", "glue:DeletePartitionIndex",
          "glue:DeleteTable", "glue:TagResource", "glue:UntagResource", "glue:UpdateDatabase", "glue:UpdateTable",
        ]
        # Glue's names have underscores where ours have hyphens.
        resources = [
          "${local.arn["glue"]}:catalog", "${local.arn["glue"]}:database/${replace(local.pattern, "-", "_")}",
          "${local.arn["glue"]}:table/${replace(local.pattern, "-", "_")}/*",
        ]
      }
      Queries = {
        actions = [
          "athena:CreateNamedQuery", "athena:CreateWorkGroup", "athena:DeleteNamedQuery", "athena:DeleteWorkGroup", "athena:TagResource",
          "athena:UntagResource", "athena:UpdateNamedQuery", "athena:UpdateWorkGroup",
        ]
        resources = ["${local.arn["athena"]}:workgroup/${local.pattern}"]
      }
    }

    guards = {
      NewKeys = {
        actions = ["kms:CreateKey"]
        # star: a key has no name before it is made
        resources = ["*"]
        regional  = true
      }
      Keys = {
        actions = [
          "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:EnableKey", "kms:EnableKeyRotation", "kms:PutKeyPolicy",
          "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
        ]
        resources = ["${local.arn["kms"]}:key/*", "${local.arn["kms"]}:alias/${local.pattern}"]
      }
      # Services take a key in a caller's name when something is made; the keys' own policies say which service.
      KeysForServices = {
        actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
        resources = ["${local.arn["kms"]}:key/*"]
        via       = [for service in ["backup", "dynamodb", "ecr", "eks", "elasticache", "rds", "secretsmanager", "sns", "ssm"] : "${service}.*.amazonaws.com"]
      }
      Secrets = {
        actions = [
          "secretsmanager:CreateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret",
          "secretsmanager:PutResourcePolicy", "secretsmanager:PutSecretValue", "secretsmanager:RestoreSecret",
          "secretsmanager:RotateSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
          "secretsmanager:UpdateSecretVersionStage", "secretsmanager:CancelRotateSecret",
        ]
        # RDS names the master password's secret itself.
        resources = ["${local.arn["secretsmanager"]}:secret:${local.pattern}", "${local.arn["secretsmanager"]}:secret:rds!cluster-*"]
      }
      Parameters = {
        actions   = ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"]
        resources = ["${local.arn["ssm"]}:parameter${var.parameter_prefix}/*"]
      }
      Logs = {
        actions = [
          "logs:AssociateKmsKey", "logs:CreateDelivery", "logs:CreateLogGroup", "logs:DeleteDelivery", "logs:DeleteDeliveryDestination",
          "logs:DeleteDeliverySource", "logs:DeleteLogGroup", "logs:DeleteMetricFilter", "logs:DeleteRetentionPolicy",
          "logs:PutDeliveryDestination", "logs:PutDeliveryDestinationPolicy", "logs:PutDeliverySource", "logs:PutMetricFilter",
          "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
        ]
        # Groups of services begin with the service's name, not ours.
        resources = [
          "${local.arn["logs"]}:log-group:${local.pattern}", "${local.arn["logs"]}:log-group:/${local.pattern}",
          "${local.arn["logs"]}:log-group:/aws/*/${local.pattern}", "${local.arn["logs"]}:log-group:/ecs/${local.pattern}",
          "${local.arn["logs"]}:log-group:aws-waf-logs-${local.pattern}", "${local.arn["logs"]}:delivery:*",
          "${local.arn["logs"]}:delivery-source:${local.pattern}", "${local.arn["logs"]}:delivery-destination:${local.pattern}",
        ]
      }
      LogAccess = {
        actions = [
          "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DeleteQueryDefinition", "logs:DeleteResourcePolicy",
          "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutQueryDefinition", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
        ]
        # star: log deliveries, saved queries and resource policies have no ARN
        resources = ["*"]
        regional  = true
      }
      Alarms = {
        actions = [
          "cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutCompositeAlarm", "cloudwatch:PutDashboard",
          "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
        ]
        resources = ["${local.arn["cloudwatch"]}:alarm:${local.pattern}", "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${local.pattern}"]
      }
      Topics = {
        actions = [
          "sns:CreateTopic", "sns:DeleteTopic", "sns:SetSubscriptionAttributes", "sns:SetTopicAttributes", "sns:Subscribe",
          "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
        ]
        resources = ["${local.arn["sns"]}:${local.pattern}"]
      }
      Events = {
        actions = [
          "events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource", "events:UntagResource",
        ]
        resources = ["${local.arn["events"]}:rule/${local.pattern}"]
      }
      Backups = {
        actions = [
          "backup:CreateBackupPlan", "backup:CreateBackupSelection", "backup:CreateBackupVault", "backup:DeleteBackupPlan",
          "backup:DeleteBackupSelection", "backup:DeleteBackupVault", "backup:DeleteBackupVaultNotifications",
          "backup:PutBackupVaultAccessPolicy", "backup:PutBackupVaultLockConfiguration", "backup:PutBackupVaultNotifications",
          "backup:TagResource", "backup:UntagResource", "backup:UpdateBackupPlan",
        ]
        resources = ["${local.arn["backup"]}:backup-vault:${local.pattern}", "${local.arn["backup"]}:backup-plan:*"]
      }
      BackupStorage = {
        actions = ["backup-storage:MountCapsule"]
        # star: making a vault asks for this, and it knows no resource
        resources = ["*"]
      }
      Budgets = {
        actions   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        resources = ["arn:${local.partition}:budgets::${local.account}:budget/${local.pattern}"]
      }
      Anomalies = {
        actions = [
          "ce:CreateAnomalyMonitor", "ce:CreateAnomalySubscription", "ce:DeleteAnomalyMonitor", "ce:DeleteAnomalySubscription",
          "ce:TagResource", "ce:UntagResource", "ce:UpdateAnomalyMonitor", "ce:UpdateAnomalySubscription",
          "ce:UpdateCostAllocationTagsStatus",
        ]
        # star: a monitor has a number for a name, and none before it is made
        resources = ["*"]
      }
      Exports = {
        actions = [
          "bcm-data-exports:CreateExport", "bcm-data-exports:DeleteExport", "bcm-data-exports:TagResource",
          "bcm-data-exports:UntagResource", "bcm-data-exports:UpdateExport", "cur:PutReportDefinition",
        ]
        resources = [
          "arn:${local.partition}:bcm-data-exports:us-east-1:${local.account}:export/*",
          "arn:${local.partition}:bcm-data-exports:us-east-1:${local.account}:table/*",
          "arn:${local.partition}:cur:us-east-1:${local.account}:definition/*",
        ]
      }
    }
  }

  write_statements = {
    for group, statements in local.write : group => [
      for sid, statement in statements : {
        sid       = sid
        actions   = statement.actions
        resources = statement.resources
        regional  = try(statement.regional, false)
        via       = try(statement.via, [])
      }
    ]
  }
}

data "aws_iam_policy_document" "write" {
  for_each = local.write_statements

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.regional ? [local.regions] : []

        content {
          test     = "StringEquals"
          variable = "aws:RequestedRegion"
          values   = condition.value
        }
      }

      dynamic "condition" {
        for_each = length(statement.value.via) > 0 ? [statement.value.via] : []

        content {
          test     = "StringLike"
          variable = "kms:ViaService"
          values   = condition.value
        }
      }
    }
  }
}

resource "aws_iam_policy" "write" {
  for_each = local.write_statements

  name        = "${var.name}-write-${each.key}"
  path        = local.path
  description = "What an apply changes: ${each.key}"
  policy      = data.aws_iam_policy_document.write[each.key].json
}

resource "aws_iam_role_policy_attachment" "write" {
  for_each = aws_iam_policy.write

  role       = aws_iam_role.this["apply"].name
  policy_arn = each.value.arn
}
