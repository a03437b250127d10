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
}

variables {
  name = "plimsoll-test"
}

run "shape" {
  assert {
    condition     = length(setsubtract(["data", "cache", "lake", "logs", "secrets", "images", "backup", "topics", "app"], keys(output.arns))) == 0
    error_message = "a key for each purpose"
  }
  assert {
    condition     = output.aliases["data"] == "alias/plimsoll-test/data" && output.aliases["signing"] == "alias/plimsoll-test/signing"
    error_message = "aliases begin with the name"
  }
  assert {
    condition     = output.signing_key_arn != null
    error_message = "there is a key that signs"
  }
}

run "security" {
  command = plan
  assert {
    condition     = alltrue([for key in aws_kms_key.this : key.enable_key_rotation && key.rotation_period_in_days == 365 && key.deletion_window_in_days == 30])
    error_message = "keys rotate and wait before they end"
  }
  assert {
    condition     = aws_kms_key.signing[0].key_usage == "SIGN_VERIFY" && aws_kms_key.signing[0].customer_master_key_spec == "ECC_NIST_P256"
    error_message = "the signing key signs"
  }
  assert {
    condition     = alltrue(flatten([for document in data.aws_iam_policy_document.key : [for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]]]))
    error_message = "no star in an action"
  }
  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.key : [
        for statement in document.statement : length(statement.condition) > 0
        if statement.sid != "Administration" && !startswith(statement.sid, "Describe")
      ]
    ]))
    error_message = "no use without a condition"
  }
  assert {
    condition     = length(setintersection(local.administration, local.use)) == 0
    error_message = "administering is not using"
  }
}

run "context_of_the_keyring" {
  command = plan
  assert {
    condition     = contains([for statement in data.aws_iam_policy_document.key["app"].statement : one([for c in statement.condition : c.variable]) if statement.sid == "UseWithContext"], "kms:EncryptionContext:purpose")
    error_message = "the keyring's key asks for a context"
  }
  assert {
    condition     = contains(keys(local.services["logs"].by_context), "logs.eu-west-2.amazonaws.com")
    error_message = "the region is filled in, and logs are held by their context"
  }
}

run "without_signing" {
  variables {
    signing = false
  }
  assert {
    condition     = output.signing_key_arn == null && !contains(keys(output.aliases), "signing")
    error_message = "no signing key"
  }
}

run "refuses_short_window_in_production" {
  variables {
    deletion_window_days = 7
  }
  command         = plan
  expect_failures = [var.deletion_window_days]
}

run "takes_short_window_elsewhere" {
  variables {
    production           = false
    deletion_window_days = 7
  }
  command = plan
  assert {
    condition     = aws_kms_key.this["data"].deletion_window_in_days == 7
    error_message = "a trial's keys end sooner"
  }
}

run "refuses_star_principal" {
  variables {
    purposes = { data = { description = "Data", services = ["*"] } }
  }
  command         = plan
  expect_failures = [var.purposes]
}

run "refuses_useless_key" {
  variables {
    purposes = { data = { description = "Data" } }
  }
  command         = plan
  expect_failures = [var.purposes]
}

run "refuses_direct_use_without_context" {
  variables {
    purposes = { app = { description = "Keyring", direct = true } }
  }
  command         = plan
  expect_failures = [var.purposes]
}

run "refuses_bad_name_rotation_and_spec" {
  variables {
    name          = "P"
    rotation_days = 30
    signing_spec  = "RSA_2048"
  }
  command         = plan
  expect_failures = [var.name, var.rotation_days, var.signing_spec]
}
