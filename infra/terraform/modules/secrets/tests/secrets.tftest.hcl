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

  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:mocked-AbCdEf" }
  }
}

variables {
  name    = "plimsoll-test"
  key_arn = "arn:aws:kms:eu-west-2:123456789012:key/secrets"

  secrets = {
    app    = { description = "Keys of the service", keys = ["session_key", "token_pepper"] }
    origin = { description = "Header between the edge and the load balancer", keys = ["value"] }
  }

  values        = { app = "{\"session_key\":\"s\",\"token_pepper\":\"t\"}" }
  value_version = { app = 1 }
}

run "values_pass_through_and_are_not_kept" {
  assert {
    condition     = keys(aws_secretsmanager_secret_version.this) == ["app"] && aws_secretsmanager_secret_version.this["app"].secret_string_wo_version == 1
    error_message = "Only a secret with a number gets a value."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this["app"].secret_string_wo == null && aws_secretsmanager_secret_version.this["app"].secret_string == null
    error_message = "The state has no value."
  }

  assert {
    condition     = alltrue([for secret in values(aws_secretsmanager_secret.this) : secret.kms_key_id == var.key_arn && secret.recovery_window_in_days == 30])
    error_message = "Every secret is encrypted with our key and can be had back."
  }

  assert {
    condition     = aws_secretsmanager_secret.this["app"].name == "plimsoll-test/app"
    error_message = "Names carry the prefix."
  }

  assert {
    condition     = alltrue([for policy in values(aws_secretsmanager_secret_policy.this) : policy.block_public_policy])
    error_message = "No secret can be made public."
  }

  assert {
    condition     = alltrue([for document in values(data.aws_iam_policy_document.this) : length(document.statement) == 1 && document.statement[0].effect == "Deny"])
    error_message = "Without readers the policy only refuses other accounts."
  }
}

run "gives_what_others_build_on" {
  assert {
    condition     = output.arns["app"] == "arn:aws:secretsmanager:eu-west-2:123456789012:secret:mocked-AbCdEf" && output.names == { app = "plimsoll-test/app", origin = "plimsoll-test/origin" }
    error_message = "Secrets are given by ARN and name."
  }

  assert {
    condition     = output.value_from["app.session_key"] == "arn:aws:secretsmanager:eu-west-2:123456789012:secret:mocked-AbCdEf:session_key::" && length(output.value_from) == 3
    error_message = "A container takes one member, by the full ARN."
  }
}

run "readers_are_the_only_ones" {
  variables {
    readers = ["arn:aws:iam::123456789012:role/api-execution"]
    keepers = ["arn:aws:iam::123456789012:role/apply"]
  }

  assert {
    condition     = alltrue([for document in values(data.aws_iam_policy_document.this) : [for statement in document.statement : statement.sid] == ["NobodyOfAnotherAccount", "Readers", "NobodyElseReads"]])
    error_message = "Readers are let in, and others kept out."
  }

  assert {
    condition     = one([for condition in data.aws_iam_policy_document.this["app"].statement[2].condition : condition.values if condition.test == "ArnNotEquals"]) == tolist(["arn:aws:iam::123456789012:role/api-execution", "arn:aws:iam::123456789012:role/apply"])
    error_message = "Kept out is everybody but readers and keepers."
  }
}

run "rotation_is_a_function_and_days" {
  variables {
    rotation = { app = { lambda_arn = "arn:aws:lambda:eu-west-2:123456789012:function:rotate" } }
  }

  assert {
    condition     = one(aws_secretsmanager_secret_rotation.this["app"].rotation_rules).automatically_after_days == 30 && !aws_secretsmanager_secret_rotation.this["app"].rotate_immediately
    error_message = "It rotates every 30 days, and not in the middle of an apply."
  }
}

run "production_has_its_secrets_back" {
  command = plan

  variables {
    recovery_window_days = 0
  }

  expect_failures = [var.recovery_window_days]
}

run "a_trial_deletes_at_once" {
  command = plan

  variables {
    production           = false
    recovery_window_days = 0
  }
}

run "a_member_is_missing" {
  command = plan

  variables {
    values = { app = "{\"session_key\":\"s\"}" }
  }

  expect_failures = [var.values]
}

run "a_member_is_empty" {
  command = plan

  variables {
    values = { app = "{\"session_key\":\"s\",\"token_pepper\":\"\"}" }
  }

  expect_failures = [var.values]
}

run "a_value_is_an_object" {
  command = plan

  variables {
    values = { app = "s" }
  }

  expect_failures = [var.values]
}

run "readers_without_keepers_lock_terraform_out" {
  command = plan

  variables {
    readers = ["arn:aws:iam::123456789012:role/api-execution"]
  }

  expect_failures = [var.keepers]
}

run "a_reader_is_a_role" {
  command = plan

  variables {
    readers = ["arn:aws:iam::123456789012:root"]
    keepers = ["arn:aws:iam::123456789012:role/apply"]
  }

  expect_failures = [var.readers]
}

run "a_keeper_is_no_pattern" {
  command = plan

  variables {
    keepers = ["arn:aws:iam::123456789012:role/*"]
  }

  expect_failures = [var.keepers]
}

run "there_is_no_such_secret" {
  command = plan

  variables {
    value_version = { other = 1 }
    rotation      = { other = { lambda_arn = "arn:aws:lambda:eu-west-2:123456789012:function:rotate" } }
  }

  expect_failures = [var.value_version, var.rotation]
}

run "wrong_values_are_told" {
  command = plan

  variables {
    name          = "P"
    key_arn       = "alias/aws/secretsmanager"
    value_version = { app = 0.5 }
    rotation      = { app = { lambda_arn = "rotate", days = 91 } }
  }

  expect_failures = [var.name, var.key_arn, var.value_version, var.rotation]
}

run "a_secret_says_what_it_is" {
  command = plan

  variables {
    secrets       = { app = { description = "", keys = [] } }
    values        = {}
    value_version = {}
  }

  expect_failures = [var.secrets]
}
