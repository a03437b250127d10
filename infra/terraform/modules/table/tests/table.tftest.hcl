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

  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/mocked" }
  }
}

variables {
  name          = "plimsoll-test"
  table         = "sessions"
  hash_key      = "id"
  attributes    = { id = "S", user = "S" }
  indexes       = { by-user = { hash_key = "user" } }
  ttl_attribute = "expires"
  key_arn       = "arn:aws:kms:eu-west-2:123456789012:key/data"
}

run "stands_as_production_wants_it" {
  assert {
    condition     = aws_dynamodb_table.this.name == "plimsoll-test-sessions" && aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table has the prefix and is billed by request."
  }

  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled && aws_dynamodb_table.this.server_side_encryption[0].kms_key_arn == var.key_arn
    error_message = "The table is encrypted with our key."
  }

  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "Any second can be restored, and deletion is refused."
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].attribute_name == "expires" && aws_dynamodb_table.this.ttl[0].enabled
    error_message = "Rows expire."
  }

  assert {
    condition     = length(aws_appautoscaling_target.this) == 0
    error_message = "By request there is nothing to scale."
  }

  assert {
    condition     = output.index_arns == { by-user = "arn:aws:dynamodb:eu-west-2:123456789012:table/mocked/index/by-user" } && output.arn == "arn:aws:dynamodb:eu-west-2:123456789012:table/mocked"
    error_message = "Indexes are given by their names."
  }

  assert {
    condition     = data.aws_iam_policy_document.access.statement[0].resources == toset(concat([output.arn], values(output.index_arns))) && !anytrue([for action in data.aws_iam_policy_document.access.statement[0].actions : strcontains(action, "*") || action == "dynamodb:Scan"])
    error_message = "Rows of this table by key or index, and nothing else."
  }
}

run "provisioned_capacity_scales" {
  # A table of its own, not the one before changed: what scaling moves is left alone there.
  state_key = "items"

  variables {
    table         = "items"
    hash_key      = "pk"
    range_key     = "sk"
    attributes    = { pk = "S", sk = "N" }
    indexes       = {}
    ttl_attribute = null
    billing       = { mode = "provisioned", read = { min = 5, max = 100 }, write = { min = 2, max = 50 } }
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PROVISIONED" && aws_dynamodb_table.this.read_capacity == 5 && aws_dynamodb_table.this.write_capacity == 2
    error_message = "It begins at the least capacity."
  }

  assert {
    condition     = aws_appautoscaling_target.this["Read"].max_capacity == 100 && aws_appautoscaling_target.this["Write"].scalable_dimension == "dynamodb:table:WriteCapacityUnits"
    error_message = "Reads and writes scale apart."
  }

  assert {
    condition     = aws_appautoscaling_policy.this["Read"].target_tracking_scaling_policy_configuration[0].target_value == 70
    error_message = "Scaling aims at 70 percent."
  }

  assert {
    condition     = length(aws_dynamodb_table.this.ttl) == 0
    error_message = "Without an attribute nothing expires."
  }
}

run "production_can_be_restored_and_is_not_deleted" {
  command = plan

  variables {
    point_in_time_recovery = false
    deletion_protection    = false
  }

  expect_failures = [var.point_in_time_recovery, var.deletion_protection]
}

run "outside_production_it_may_be_deleted" {
  command = plan

  variables {
    production             = false
    point_in_time_recovery = false
    deletion_protection    = false
  }
}

run "a_key_is_named_in_full" {
  command = plan

  variables {
    key_arn = "alias/aws/dynamodb"
  }

  expect_failures = [var.key_arn]
}

run "a_hash_key_is_an_attribute" {
  command = plan

  variables {
    hash_key = "other"
  }

  expect_failures = [var.hash_key]
}

run "an_attribute_is_of_a_key" {
  command = plan

  variables {
    attributes = { id = "S", user = "S", extra = "S" }
  }

  expect_failures = [var.indexes]
}

run "types_are_dynamodbs" {
  command = plan

  variables {
    attributes = { id = "string", user = "S" }
  }

  expect_failures = [var.attributes]
}

run "an_index_keeps_up_with_its_table" {
  command = plan

  variables {
    billing = { mode = "provisioned", read = { min = 5, max = 100 }, write = { min = 2, max = 50 } }
    indexes = { by-user = { hash_key = "user", read_capacity = 5, write_capacity = 5 } }
  }

  expect_failures = [var.indexes]
}

run "provisioned_billing_has_its_limits" {
  command = plan

  variables {
    indexes    = {}
    attributes = { id = "S" }
    billing    = { mode = "provisioned", read = { min = 50, max = 10 } }
  }

  expect_failures = [var.billing]
}

run "a_key_does_not_expire" {
  command = plan

  variables {
    ttl_attribute = "user"
  }

  expect_failures = [var.ttl_attribute]
}
