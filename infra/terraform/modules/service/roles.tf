# Two roles: one that starts the task (pull, logs, secrets), one that the program itself has. Neither can take the other's place.

locals {
  # The repository of an image in ECR. Other registries need no right.
  ecr = regexall("^([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?/([^@:]+)", var.image)
  repository_arns = [
    for match in local.ecr : "arn:${local.partition}:ecr:${match[1]}:${match[0]}:repository/${match[2]}"
  ]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # Tasks of this account only, whoever asks ECS to start them.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:ecs:${local.region}:${local.account}:*"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  description          = "Starts tasks of ${local.full_name}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:log-stream:*"]
  }

  dynamic "statement" {
    for_each = length(local.repository_arns) > 0 ? [true] : []

    content {
      sid       = "Pull"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = local.repository_arns
    }
  }

  dynamic "statement" {
    for_each = length(local.repository_arns) > 0 ? [true] : []

    content {
      sid     = "Registry"
      actions = ["ecr:GetAuthorizationToken"]
      # star: a token is for the whole registry; what it can pull is the statement above
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(var.secret_arns) > 0 ? [true] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = var.secret_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.parameter_arns) > 0 ? [true] : []

    content {
      sid       = "Parameters"
      actions   = ["ssm:GetParameters"]
      resources = var.parameter_arns
    }
  }

  dynamic "statement" {
    for_each = length(var.key_arns) > 0 ? [true] : []

    content {
      sid       = "Keys"
      actions   = ["kms:Decrypt"]
      resources = var.key_arns

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["secretsmanager", "ssm"] : "${service}.${local.region}.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "start"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_iam_role" "task" {
  name                 = "${local.full_name}-task"
  description          = "What ${local.full_name} itself may do"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy" "task" {
  count = length(var.task_policy_json)

  name   = "part-${count.index}"
  role   = aws_iam_role.task.id
  policy = var.task_policy_json[count.index]
}

data "aws_iam_policy_document" "exec" {
  count = var.enable_exec ? 1 : 0

  statement {
    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    # star: channels of Session Manager have no ARN
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "exec" {
  count = var.enable_exec ? 1 : 0

  name   = "exec"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.exec[0].json
}
