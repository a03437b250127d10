mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-2" }
  }
  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000001"
      key_id = "00000000-0000-0000-0000-000000000001"
    }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::plimsoll-state-123456789012", id = "plimsoll-state-123456789012" }
  }
  mock_resource "aws_ecr_repository" {
    defaults = {
      arn            = "arn:aws:ecr:eu-west-2:123456789012:repository/plimsoll/plimsoll"
      repository_url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll/plimsoll"
    }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/delivery/plimsoll-boundary" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/delivery/plimsoll-plan" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  region     = "eu-west-2"
  repository = "plimsoll-credit/plimsoll"
}

run "shape" {
  assert {
    condition     = length(setsubtract(["/plimsoll/bootstrap/boundary-arn", "/plimsoll/bootstrap/state-bucket", "/plimsoll/bootstrap/registry/plimsoll/url", "/plimsoll/bootstrap/role/deploy"], output.parameters)) == 0
    error_message = "other stacks find what is here by parameters"
  }
  assert {
    condition     = aws_cloudtrail.this[0].is_multi_region_trail && aws_cloudtrail.this[0].enable_log_file_validation && aws_cloudtrail.this[0].kms_key_id != null
    error_message = "the trail covers every region, is signed and encrypted"
  }
  assert {
    condition     = alltrue([for block in concat(aws_s3_account_public_access_block.this, aws_s3_bucket_public_access_block.trail) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "no bucket is public"
  }
  assert {
    condition     = aws_ebs_encryption_by_default.this[0].enabled && aws_accessanalyzer_analyzer.this[0].type == "ACCOUNT" && aws_iam_account_password_policy.this[0].minimum_password_length >= 14
    error_message = "the account's guards stand"
  }
}

run "guards_of_an_organisation" {
  command = plan
  variables {
    guards = { trail = false, access_analyzer = false }
  }
  assert {
    condition     = length(aws_cloudtrail.this) == 0 && length(aws_s3_bucket.trail) == 0 && length(aws_accessanalyzer_analyzer.this) == 0 && length(aws_ebs_encryption_by_default.this) == 1
    error_message = "a guard that is there already is not made twice"
  }
}

run "refuses_destruction_and_short_trail_in_production" {
  command = plan
  variables {
    force_destroy = true
    trail_days    = 400
  }
  expect_failures = [var.force_destroy, var.trail_days]
}

run "refuses_stars_and_own_tags" {
  command = plan
  variables {
    repository       = "plimsoll-credit/*"
    tags             = { Project = "other" }
    region           = "London"
    parameter_prefix = "plimsoll/"
  }
  expect_failures = [var.repository, var.tags, var.region, var.parameter_prefix]
}
