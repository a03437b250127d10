data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id

  # Names of buckets are unique in the world, so the account is in them.
  names = {
    lake        = "${var.name}-lake-${local.account}"
    checkpoints = "${var.name}-checkpoints-${local.account}"
    logs        = "${var.name}-logs-${local.account}"
  }

  decisions = "decisions"
  bills     = "bills"
  results   = "athena"
}

# Decisions in Parquet, the bill, and the results of queries.
resource "aws_s3_bucket" "lake" {
  #checkov:skip=CKV2_AWS_6: because aws_s3_bucket_public_access_block.this blocks it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_21: because aws_s3_bucket_versioning.this versions it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_144: because the ledger in the database is the record, and the lake is written again from it
  #checkov:skip=CKV2_AWS_62: because nothing waits for an object to arrive
  bucket        = local.names.lake
  force_destroy = var.force_destroy

  tags = {
    Name = local.names.lake
  }
}

# Signed checkpoints of the ledger: written once, and kept from whoever could rewrite the ledger.
resource "aws_s3_bucket" "checkpoints" {
  #checkov:skip=CKV2_AWS_6: because aws_s3_bucket_public_access_block.this blocks it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_21: because aws_s3_bucket_versioning.this versions it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_144: because a checkpoint is also handed to others, who keep it where this account has no say
  #checkov:skip=CKV2_AWS_62: because nothing waits for an object to arrive
  bucket              = local.names.checkpoints
  object_lock_enabled = true
  force_destroy       = var.force_destroy

  tags = {
    Name = local.names.checkpoints
  }
}

# Access logs of S3, of the load balancer and of CloudFront.
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV2_AWS_6: because aws_s3_bucket_public_access_block.this blocks it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_21: because aws_s3_bucket_versioning.this versions it, which the scanner loses behind two modules
  #checkov:skip=CKV_AWS_18: because a bucket that logs to itself never comes to rest
  #checkov:skip=CKV_AWS_144: because access logs are not needed when a region is lost
  #checkov:skip=CKV_AWS_145: because a load balancer delivers its logs only to a bucket with S3's own keys
  #checkov:skip=CKV2_AWS_62: because nothing waits for an object to arrive
  bucket        = local.names.logs
  force_destroy = var.force_destroy

  tags = {
    Name = local.names.logs
  }
}

locals {
  buckets = {
    lake        = aws_s3_bucket.lake.id
    checkpoints = aws_s3_bucket.checkpoints.id
    logs        = aws_s3_bucket.logs.id
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = each.value
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Nobody grants by ACL. CloudFront's older way of logging needed one; its present way goes by the bucket's policy.
resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = each.value

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = each.value

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = { lake = aws_s3_bucket.lake.id, checkpoints = aws_s3_bucket.checkpoints.id }

  bucket = each.value

  rule {
    # One key request for many objects.
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { lake = aws_s3_bucket.lake.id, checkpoints = aws_s3_bucket.checkpoints.id }

  bucket        = each.value
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "s3/${each.key}/"

  # S3 looks whether it may write before it agrees to.
  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket_object_lock_configuration" "checkpoints" {
  bucket = aws_s3_bucket.checkpoints.id

  rule {
    default_retention {
      mode = var.lock_mode
      days = var.lock_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
