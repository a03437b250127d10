# What the service is told of where its parts are, and what it may do with them. Nothing here is secret: it signs in with its role.

locals {
  # RDS's certificates are signed by authorities of its own, which no system trusts by itself. The image has them here.
  rds_authorities = "/etc/ssl/rds/global-bundle.pem"

  settings = {
    PLIMSOLL_DATABASE_URL        = "postgres://${module.database.user}@${module.database.writer_endpoint}:${module.database.port}/${module.database.database_name}?sslmode=verify-full&sslrootcert=${local.rds_authorities}"
    PLIMSOLL_DATABASE_READER_URL = "postgres://${module.database.user}@${module.database.reader_endpoint}:${module.database.port}/${module.database.database_name}?sslmode=verify-full&sslrootcert=${local.rds_authorities}"
    PLIMSOLL_DATABASE_AUTH       = "iam"
    PLIMSOLL_REDIS_URL           = "rediss://${module.cache.user_name}@${module.cache.primary_endpoint}:${module.cache.port}"
    PLIMSOLL_REDIS_AUTH          = "iam"
    PLIMSOLL_REDIS_CACHE         = module.cache.replication_group_id
    PLIMSOLL_KEYRING             = "kms:${module.keys.arns["app"]}"
    PLIMSOLL_SIGNING_KEY         = "kms:${module.keys.signing_key_arn}"
    PLIMSOLL_SESSIONS            = "dynamodb:${module.sessions.name}"
    PLIMSOLL_ITEMS               = "dynamodb:${module.items.name}"
    PLIMSOLL_LAKE                = "s3://${module.lake.bucket}/${module.lake.decisions_prefix}"
    PLIMSOLL_CHECKPOINTS         = "s3://${module.lake.checkpoints_bucket}"
    PLIMSOLL_TRUSTED_PROXIES     = module.network.vpc_cidr
    PLIMSOLL_METRICS             = "cloudwatch"
  }
}

data "aws_iam_policy_document" "application" {
  statement {
    sid       = "SignInToTheDatabase"
    actions   = ["rds-db:connect"]
    resources = [module.database.connect_arn]
  }

  statement {
    sid       = "SignInToTheCache"
    actions   = ["elasticache:Connect"]
    resources = module.cache.connect_arns
  }

  statement {
    sid       = "WrapKeysOfPeople"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"]
    resources = [module.keys.arns["app"]]
  }

  statement {
    sid       = "SignCheckpoints"
    actions   = ["kms:Sign", "kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
    resources = [module.keys.signing_key_arn]
  }

  statement {
    sid     = "PublishFigures"
    actions = ["cloudwatch:PutMetricData"]
    # star: PutMetricData knows no resources; the namespace is the bound
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["Plimsoll"]
    }
  }
}
