# What holds for the whole account, whatever a stack or a person does in it.

resource "aws_s3_account_public_access_block" "this" {
  count = var.guards.public_access_block ? 1 : 0

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# With the AWS-managed key: a key of our own would have to admit the service-linked roles of every service that starts machines.
resource "aws_ebs_encryption_by_default" "this" {
  count = var.guards.ebs_encryption ? 1 : 0

  enabled = true
}

# There should be no users at all; whoever makes one gets at least this.
resource "aws_iam_account_password_policy" "this" {
  count = var.guards.password_policy ? 1 : 0

  minimum_password_length        = 16
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  password_reuse_prevention      = 24
  max_password_age               = 90
  allow_users_to_change_password = true
}

# Tells when a bucket, key, role or secret can be reached from outside the account.
resource "aws_accessanalyzer_analyzer" "this" {
  count = var.guards.access_analyzer ? 1 : 0

  analyzer_name = "${var.name}-outside-access"
  type          = "ACCOUNT"
}
