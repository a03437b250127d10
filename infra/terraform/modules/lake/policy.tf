locals {
  # All that reads, writes or removes what lies in a bucket.
  object_actions = [
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:GetObject",
    "s3:GetObjectAttributes",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionTagging",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
    "s3:RestoreObject",
  ]
}

# What holds for each of the buckets.
data "aws_iam_policy_document" "common" {
  for_each = toset(["lake", "checkpoints", "logs"])

  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = local.object_actions
    resources = [local.arns[each.key], "${local.arns[each.key]}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "OnlyTls12"
    effect    = "Deny"
    actions   = local.object_actions
    resources = [local.arns[each.key], "${local.arns[each.key]}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "NumericLessThan"
      variable = "s3:TlsVersion"
      values   = ["1.2"]
    }
  }
}

locals {
  arns = {
    lake        = aws_s3_bucket.lake.arn
    checkpoints = aws_s3_bucket.checkpoints.arn
    logs        = aws_s3_bucket.logs.arn
  }
}

# An upload that names no key gets the bucket's; one that names another key, or another way, is refused.
data "aws_iam_policy_document" "one_key" {
  for_each = toset(["lake", "checkpoints"])

  statement {
    sid       = "NoOtherKey"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${local.arns[each.key]}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
      values   = ["false"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
      values   = [var.key_arn]
    }
  }

  statement {
    sid       = "NoOtherEncryption"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${local.arns[each.key]}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "s3:x-amz-server-side-encryption"
      values   = ["false"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "s3:x-amz-server-side-encryption"
      values   = ["aws:kms"]
    }
  }
}

data "aws_iam_policy_document" "lake" {
  source_policy_documents = [
    data.aws_iam_policy_document.common["lake"].json,
    data.aws_iam_policy_document.one_key["lake"].json,
  ]

  # Data Exports, which live in us-east-1, write the bill.
  dynamic "statement" {
    for_each = var.bills ? [1] : []

    content {
      sid       = "Bills"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.lake.arn}/${local.bills}/*"]

      principals {
        type        = "Service"
        identifiers = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values = [
          "arn:${data.aws_partition.current.partition}:bcm-data-exports:us-east-1:${local.account}:export/*",
          "arn:${data.aws_partition.current.partition}:cur:us-east-1:${local.account}:definition/*",
        ]
      }
    }
  }

  # Before they write, they look whether they may.
  dynamic "statement" {
    for_each = var.bills ? [1] : []

    content {
      sid       = "BillsLook"
      actions   = ["s3:GetBucketAcl", "s3:GetBucketPolicy"]
      resources = [aws_s3_bucket.lake.arn]

      principals {
        type        = "Service"
        identifiers = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }
}

data "aws_iam_policy_document" "checkpoints" {
  source_policy_documents = [
    data.aws_iam_policy_document.common["checkpoints"].json,
    data.aws_iam_policy_document.one_key["checkpoints"].json,
  ]

  # GOVERNANCE holds for those who may not bypass it. In production that is everybody but who is named.
  dynamic "statement" {
    for_each = var.production ? [1] : []

    content {
      sid       = "NobodyUnlocks"
      effect    = "Deny"
      actions   = ["s3:BypassGovernanceRetention"]
      resources = ["${aws_s3_bucket.checkpoints.arn}/*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      dynamic "condition" {
        for_each = length(var.unlockers) > 0 ? [1] : []

        content {
          test     = "ArnNotEquals"
          variable = "aws:PrincipalArn"
          values   = var.unlockers
        }
      }
    }
  }
}

data "aws_iam_policy_document" "logs" {
  source_policy_documents = [data.aws_iam_policy_document.common["logs"].json]

  statement {
    sid       = "S3"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  # The balancer puts its logs under <prefix>/AWSLogs/<account>.
  statement {
    sid       = "LoadBalancers"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*AWSLogs/${local.account}/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:elasticloadbalancing:${data.aws_region.current.name}:${local.account}:loadbalancer/*"]
    }
  }

  # CloudFront's logs come by the delivery of CloudWatch Logs, which for CloudFront lives in us-east-1.
  statement {
    sid       = "Delivery"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:logs:us-east-1:${local.account}:delivery-source:*"]
    }
  }

  statement {
    sid       = "DeliveryLook"
    actions   = ["s3:GetBucketAcl", "s3:ListBucket"]
    resources = [aws_s3_bucket.logs.arn]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id
  policy = data.aws_iam_policy_document.lake.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_policy" "checkpoints" {
  bucket = aws_s3_bucket.checkpoints.id
  policy = data.aws_iam_policy_document.checkpoints.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}
