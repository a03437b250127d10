# The application's namespace on Fargate. Its pods write their logs through the log router that is part of Fargate, with this role;
# infra/kubernetes has the ConfigMap that tells it where.

resource "aws_cloudwatch_log_group" "pods" {
  name              = "/${var.name}/pods"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}

data "aws_iam_policy_document" "fargate_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["eks-fargate-pods.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:eks:${data.aws_region.current.name}:${local.account}:fargateprofile/${var.name}/*"]
    }
  }
}

resource "aws_iam_role" "fargate" {
  count = var.fargate ? 1 : 0

  name                 = "${var.name}-fargate"
  description          = "Starts the pods of ${var.namespace} on Fargate and writes their logs"
  assume_role_policy   = data.aws_iam_policy_document.fargate_trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy_attachment" "fargate" {
  count = var.fargate ? 1 : 0

  role       = aws_iam_role.fargate[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
}

data "aws_iam_policy_document" "fargate_logs" {
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.pods.arn}:*"]
  }
}

resource "aws_iam_role_policy" "fargate_logs" {
  count = var.fargate ? 1 : 0

  name   = "logs"
  role   = aws_iam_role.fargate[0].id
  policy = data.aws_iam_policy_document.fargate_logs.json
}

resource "aws_eks_fargate_profile" "application" {
  count = var.fargate ? 1 : 0

  cluster_name           = aws_eks_cluster.this.name
  fargate_profile_name   = var.namespace
  pod_execution_role_arn = aws_iam_role.fargate[0].arn
  subnet_ids             = var.private_subnet_ids

  selector {
    namespace = var.namespace
  }

  depends_on = [aws_iam_role_policy_attachment.fargate]
}
