mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::plimsoll-test-state-123456789012" }
  }
}

variables {
  name    = "plimsoll-test"
  key_arn = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000001"
}

run "shape" {
  assert {
    condition     = aws_s3_bucket.this.bucket == "plimsoll-test-state-123456789012"
    error_message = "the name begins with the prefix and ends with the account"
  }
  assert {
    condition     = output.bucket != "" && output.bucket_arn == "arn:aws:s3:::plimsoll-test-state-123456789012"
    error_message = "outputs"
  }
}

run "security" {
  command = plan
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.key_arn
    error_message = "the caller's key"
  }
  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "never public"
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "old versions stay"
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy == false
    error_message = "states are not destroyed with their bucket"
  }
}

run "policy" {
  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.this.statement : statement.effect == "Deny"])
    error_message = "the policy opens nothing"
  }
  assert {
    condition     = contains([for statement in data.aws_iam_policy_document.this.statement : one([for c in statement.condition : c.variable if c.variable == "aws:SecureTransport"])], "aws:SecureTransport")
    error_message = "TLS only"
  }
}

run "access_logs" {
  variables {
    log_bucket = "plimsoll-test-logs"
  }
  command = plan
  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "plimsoll-test-logs"
    error_message = "access logs if wanted"
  }
}

run "refuses_force_destroy_in_production" {
  variables {
    force_destroy = true
  }
  command         = plan
  expect_failures = [var.force_destroy]
}

run "a_trial_may_be_destroyed" {
  variables {
    production    = false
    force_destroy = true
  }
  command = plan
  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "outside production a bucket may go"
  }
}

run "refuses_bad_name_key_and_days" {
  variables {
    name          = "A"
    key_arn       = "alias/state"
    versions_days = 1
  }
  command         = plan
  expect_failures = [var.name, var.key_arn, var.versions_days]
}
