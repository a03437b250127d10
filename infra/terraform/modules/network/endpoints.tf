locals {
  # What may be asked through each endpoint. An endpoint without a list here keeps AWS's own policy.
  endpoint_actions = {
    "ecr.api" = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
    ]
    "ecr.dkr" = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"]
    logs = [
      "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents",
      "logs:PutRetentionPolicy",
    ]
    secretsmanager = [
      "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
    ]
    kms = [
      "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:GetPublicKey",
      "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:Sign", "kms:Verify",
    ]
    sts        = ["sts:AssumeRole", "sts:GetCallerIdentity", "sts:TagSession"]
    ssm        = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    monitoring = ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData"]
  }
  interface_endpoints = var.egress == "endpoints" ? var.interface_endpoints : toset([])
}

data "aws_iam_policy_document" "endpoint" {
  for_each = local.endpoint_actions

  statement {
    sid     = "ThisAccount"
    actions = each.value
    # star: an endpoint's policy names who passes, the callers' own policies name what they reach
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "s3" {
  #checkov:skip=CKV_AWS_283: because an endpoint's policy opens no bucket, and the registry's links to layers are signed by an account of AWS
  # Only buckets of this account: data cannot be carried off to somebody else's bucket through the private way.
  statement {
    sid = "ThisAccountsBuckets"
    actions = [
      "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectRetention",
      "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions",
      "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectTagging",
    ]
    # star: the conditions hold both sides to this account
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [local.account]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }

  # The registry hands out links to a bucket of AWS, signed by AWS; without it no image is pulled.
  statement {
    sid     = "ImageLayers"
    actions = ["s3:GetObject"]
    resources = concat(
      ["arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"],
      [for bucket in var.readable_buckets : "arn:${local.partition}:s3:::${bucket}/*"],
    )

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

data "aws_iam_policy_document" "dynamodb" {
  statement {
    sid = "ThisAccountsTables"
    actions = [
      "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
    ]
    resources = [
      "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/*",
    ]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [local.account]
    }
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = {
    s3       = data.aws_iam_policy_document.s3.json
    dynamodb = data.aws_iam_policy_document.dynamodb.json
  }

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  policy            = each.value
  route_table_ids = concat(
    [aws_route_table.public.id],
    [for zone in var.zones : aws_route_table.private[zone].id],
  )

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

# A range and not a group: whatever runs in the VPC needs the endpoints, and who may do what is the policies' to say.
resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from this VPC"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = var.cidr

  tags = { Name = "${var.name}-endpoints-https" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for zone in var.zones : aws_subnet.private[zone].id]
  security_group_ids  = [aws_security_group.endpoints.id]
  policy              = try(data.aws_iam_policy_document.endpoint[each.key].json, null)

  tags = { Name = "${var.name}-${each.key}" }
}
