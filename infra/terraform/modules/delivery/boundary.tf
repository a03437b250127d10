# A boundary gives nothing: a role can do what its own policies and this one both allow. It is the list of what any part of Plimsoll has reason to do,
# so that a policy written too wide, or by somebody who should not, stays without effect. No identities, no billing, no organisation, no trails.
locals {
  boundary = {
    Observe = [
      "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups",
      "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents", "logs:PutRetentionPolicy", "xray:GetSamplingRules",
      "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments", "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "sns:Publish",
    ]
    Secrets = [
      "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
      "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey",
      "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:GetPublicKey", "kms:ReEncryptFrom",
      "kms:ReEncryptTo", "kms:Sign", "kms:Verify", "sts:AssumeRole", "sts:TagSession",
    ]
    Data = [
      "rds-db:connect", "elasticache:Connect", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:GetItem", "dynamodb:PutItem",
      "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetBucketLocation",
      "s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectRetention", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket",
      "s3:ListBucketMultipartUploads", "s3:ListBucketVersions", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectRetention",
      "s3:PutObjectTagging", "athena:BatchGetNamedQuery", "athena:GetNamedQuery", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup", "athena:ListNamedQueries", "athena:StartQueryExecution",
      "athena:StopQueryExecution", "glue:BatchCreatePartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions",
      "glue:GetTable", "glue:GetTables",
    ]
    Backup = [
      "backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault", "backup:TagResource",
      "dynamodb:CreateBackup", "dynamodb:DeleteBackup", "dynamodb:DescribeBackup", "dynamodb:ListTagsOfResource",
      "dynamodb:RestoreTableFromAwsBackup", "dynamodb:RestoreTableFromBackup", "dynamodb:StartAwsBackupJob", "rds:AddTagsToResource",
      "rds:CopyDBClusterSnapshot", "rds:CreateDBClusterSnapshot", "rds:CreateDBInstance", "rds:DeleteDBClusterSnapshot",
      "rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:ListTagsForResource",
      "rds:ModifyDBCluster", "rds:ModifyDBClusterSnapshotAttribute", "rds:RestoreDBClusterFromSnapshot",
      "rds:RestoreDBClusterToPointInTime", "tag:GetResources",
    ]
    Images = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"]
    Kubernetes = [
      "eks-auth:AssumeRoleForPodIdentity", "eks:DescribeCluster", "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:UpdateAutoScalingGroup", "ec2:AssignPrivateIpAddresses", "ec2:AttachNetworkInterface", "ec2:AttachVolume",
      "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission",
      "ec2:CreateSecurityGroup", "ec2:CreateTags", "ec2:CreateVolume",
      "ec2:DeleteNetworkInterface", "ec2:DeleteSecurityGroup", "ec2:DeleteVolume", "ec2:DescribeAccountAttributes",
      "ec2:DescribeAvailabilityZones", "ec2:DescribeDhcpOptions", "ec2:DescribeInstanceTopology", "ec2:DescribeInstanceTypes",
      "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVolumes", "ec2:DescribeVolumesModifications", "ec2:DescribeVpcs",
      "ec2:DetachNetworkInterface", "ec2:DetachVolume", "ec2:ModifyNetworkInterfaceAttribute", "ec2:RevokeSecurityGroupIngress",
      "ec2:UnassignPrivateIpAddresses", "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:RegisterTargets",
    ]
  }
}

data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_107: because a boundary gives nothing; the roles' own policies name the secrets
  #checkov:skip=CKV_AWS_108: because a boundary gives nothing; the roles' own policies name the buckets
  #checkov:skip=CKV_AWS_109: because a boundary gives nothing; the roles' own policies name the keys
  #checkov:skip=CKV_AWS_111: because a boundary gives nothing; the roles' own policies name what is written
  #checkov:skip=CKV_AWS_356: because a boundary gives nothing; the roles' own policies name the resources
  dynamic "statement" {
    for_each = merge(local.boundary, length(var.boundary_actions) > 0 ? { More = sort(var.boundary_actions) } : {})

    content {
      sid     = statement.key
      actions = statement.value
      # star: a boundary limits actions, the roles' own policies name the resources
      resources = ["*"]
    }
  }

  # Whatever a role may read, the states are not among it: they say how everything is made.
  statement {
    sid       = "NeverTheStates"
    effect    = "Deny"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"]
    resources = [var.state_bucket_arn, "${var.state_bucket_arn}/*"]
  }

  # Nor does one of them become somebody else.
  statement {
    sid           = "OnlyOwnRoles"
    effect        = "Deny"
    actions       = ["sts:AssumeRole"]
    not_resources = ["arn:${local.partition}:iam::${local.account}:role/${local.pattern}"]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  path        = local.path
  description = "The most that any role of a stack can do"
  policy      = data.aws_iam_policy_document.boundary.json
}
