locals {
  pass_roles = length(var.pass_role_arns) > 0 ? var.pass_role_arns : [
    "arn:${local.partition}:iam::${local.account}:role/${local.pattern}-task",
    "arn:${local.partition}:iam::${local.account}:role/${local.pattern}-execution",
  ]
  asset_buckets = var.asset_buckets != null ? sort(var.asset_buckets) : ["${local.pattern}-assets-${local.account}"]
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid = "Revisions"
    actions = [
      "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition",
    ]
    # star: ECS knows no resource for these
    resources = ["*"]
  }

  statement {
    sid     = "TagWhatIsMade"
    actions = ["ecs:TagResource"]
    resources = [
      "arn:${local.partition}:ecs:*:${local.account}:task-definition/${local.pattern}:*",
      "arn:${local.partition}:ecs:*:${local.account}:task/${local.cluster}/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterTaskDefinition", "RunTask"]
    }
  }

  statement {
    sid = "Services"
    actions = [
      "ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:DescribeServices", "ecs:ListServiceDeployments",
      "ecs:StopServiceDeployment", "ecs:UpdateService",
    ]
    resources = [
      "arn:${local.partition}:ecs:*:${local.account}:service/${local.cluster}/${local.service}",
      "arn:${local.partition}:ecs:*:${local.account}:service-deployment/${local.cluster}/${local.service}/*",
      "arn:${local.partition}:ecs:*:${local.account}:service-revision/${local.cluster}/${local.service}/*",
    ]
  }

  # Migrations run as a task of their own before the service moves.
  statement {
    sid       = "RunTasks"
    actions   = ["ecs:RunTask"]
    resources = ["arn:${local.partition}:ecs:*:${local.account}:task-definition/${local.pattern}:*"]

    condition {
      test     = "ArnLike"
      variable = "ecs:cluster"
      values   = ["arn:${local.partition}:ecs:*:${local.account}:cluster/${local.cluster}"]
    }
  }

  statement {
    sid       = "WatchTasks"
    actions   = ["ecs:DescribeTasks", "ecs:StopTask"]
    resources = ["arn:${local.partition}:ecs:*:${local.account}:task/${local.cluster}/*"]
  }

  statement {
    sid     = "ListTasks"
    actions = ["ecs:ListTasks"]
    # star: a listing has no resource of its own; the condition holds it to the clusters
    resources = ["*"]

    condition {
      test     = "ArnLike"
      variable = "ecs:cluster"
      values   = ["arn:${local.partition}:ecs:*:${local.account}:cluster/${local.cluster}"]
    }
  }

  statement {
    sid       = "Cluster"
    actions   = ["ecs:DescribeClusters"]
    resources = ["arn:${local.partition}:ecs:*:${local.account}:cluster/${local.cluster}"]
  }

  statement {
    sid       = "Kubernetes"
    actions   = ["eks:DescribeCluster"]
    resources = ["arn:${local.partition}:eks:*:${local.account}:cluster/${local.cluster}"]
  }

  statement {
    sid       = "HandRolesToTasks"
    actions   = ["iam:PassRole"]
    resources = local.pass_roles

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "ResolveDigests"
    actions   = ["ecr:BatchGetImage", "ecr:DescribeImageScanFindings", "ecr:DescribeImages"]
    resources = var.repository_arns
  }

  # What is wrong is found before a deployment finds it out: roles, what they may do, secrets. No value is read.
  statement {
    sid       = "VerifyRoles"
    actions   = ["iam:GetRole", "iam:SimulatePrincipalPolicy"]
    resources = local.pass_roles
  }

  statement {
    sid       = "VerifySecrets"
    actions   = ["secretsmanager:DescribeSecret"]
    resources = ["arn:${local.partition}:secretsmanager:*:${local.account}:secret:${local.pattern}/*"]
  }

  statement {
    sid     = "VerifyLogGroups"
    actions = ["logs:DescribeLogGroups"]
    # star: a listing has no narrower resource
    resources = ["*"]
  }

  # The last lines of a task that failed.
  statement {
    sid       = "ReadLogs"
    actions   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = ["arn:${local.partition}:logs:*:${local.account}:log-group:/${local.pattern}/*"]
  }

  statement {
    sid = "WatchHealth"
    actions = [
      "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    # star: descriptions of a load balancer know no resource
    resources = ["*"]
  }

  # A canary's part of the traffic.
  statement {
    sid       = "DivideTraffic"
    actions   = ["elasticloadbalancing:ModifyRule"]
    resources = ["arn:${local.partition}:elasticloadbalancing:*:${local.account}:listener-rule/app/${local.pattern}/*"]
  }

  statement {
    sid = "VerifyNetworkAndQuotas"
    actions = [
      "application-autoscaling:DescribeScalableTargets", "cloudwatch:GetMetricStatistics", "ec2:DescribeRouteTables",
      "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "servicequotas:ListServiceQuotas",
    ]
    # star: none of these knows a resource
    resources = ["*"]
  }

  statement {
    sid       = "WatchAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["arn:${local.partition}:cloudwatch:*:${local.account}:alarm:${local.pattern}"]
  }

  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    resources = ["arn:${local.partition}:ssm:*:${local.account}:parameter${var.parameter_prefix}/*"]
  }

  dynamic "statement" {
    for_each = length(local.asset_buckets) > 0 ? [local.asset_buckets] : []

    content {
      sid       = "WriteAssets"
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = [for bucket in statement.value : "arn:${local.partition}:s3:::${bucket}/assets/*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.asset_buckets) > 0 ? [local.asset_buckets] : []

    content {
      sid       = "ListAssets"
      actions   = ["s3:ListBucket"]
      resources = [for bucket in statement.value : "arn:${local.partition}:s3:::${bucket}"]
    }
  }
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.this["deploy"].id
  policy = data.aws_iam_policy_document.deploy.json
}
