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

  mock_resource "aws_elasticache_replication_group" {
    defaults = {
      arn                      = "arn:aws:elasticache:eu-west-2:123456789012:replicationgroup:plimsoll-test-cache"
      primary_endpoint_address = "primary.example"
      reader_endpoint_address  = "reader.example"
    }
  }

  mock_resource "aws_elasticache_user" {
    defaults = { arn = "arn:aws:elasticache:eu-west-2:123456789012:user:plimsoll-test-plimsoll" }
  }
}

variables {
  name                      = "plimsoll-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2"]
  client_security_group_ids = { api = "sg-1" }
  key_arn                   = "arn:aws:kms:eu-west-2:123456789012:key/cache"
  logs_key_arn              = "arn:aws:kms:eu-west-2:123456789012:key/logs"
}

run "stands_as_production_wants_it" {
  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.kms_key_id == var.key_arn
    error_message = "What lies on disk is encrypted with our key."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "Valkey answers over TLS only."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.auth_token == null && aws_elasticache_user.this.authentication_mode[0].type == "iam" && aws_elasticache_user.this.user_id == aws_elasticache_user.this.user_name
    error_message = "The user signs in with IAM, for which its name must be its identifier."
  }

  assert {
    condition     = aws_elasticache_user_group.this.user_ids == toset(["plimsoll-test-plimsoll"])
    error_message = "No other user comes in."
  }

  assert {
    condition     = aws_elasticache_user.this.access_string == "on ~plimsoll:* resetchannels -@all +auth +hello +ping +client|setinfo +get +set +del +time +eval +evalsha +script|load"
    error_message = "The user does what the service does, and no more."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.replicas_per_node_group == 1
    error_message = "A replica in another zone takes over."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 7 && startswith(aws_elasticache_replication_group.this.final_snapshot_identifier, "plimsoll-test-cache-final-")
    error_message = "There are snapshots, and a last one."
  }

  assert {
    condition     = length(aws_elasticache_replication_group.this.log_delivery_configuration) == 2 && alltrue([for group in values(aws_cloudwatch_log_group.this) : group.retention_in_days == 400 && group.kms_key_id == var.logs_key_arn])
    error_message = "Both logs are delivered, with an end and a key."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.clients["api"].referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.clients["api"].cidr_ipv4 == null
    error_message = "Only the named group comes in."
  }
}

run "gives_what_others_build_on" {
  assert {
    condition     = output.connect_arns == ["arn:aws:elasticache:eu-west-2:123456789012:replicationgroup:plimsoll-test-cache", "arn:aws:elasticache:eu-west-2:123456789012:user:plimsoll-test-plimsoll"]
    error_message = "elasticache:Connect is for one user of one cache."
  }

  assert {
    condition     = output.primary_endpoint == "primary.example" && output.reader_endpoint == "reader.example" && output.port == 6379 && output.replication_group_id == "plimsoll-test-cache" && output.user_name == "plimsoll-test-plimsoll"
    error_message = "Names and endpoints are those of the cache."
  }
}

run "outside_production_one_node_will_do" {
  variables {
    production              = false
    replicas                = 0
    subnet_ids              = ["subnet-1"]
    snapshot_retention_days = 0
    skip_final_snapshot     = true
  }

  assert {
    condition     = !aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.final_snapshot_identifier == null
    error_message = "One node has nothing to fail over to."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true"
    error_message = "Encryption stays."
  }
}

run "production_has_a_replica_and_snapshots" {
  command = plan

  variables {
    replicas                = 0
    snapshot_retention_days = 0
    skip_final_snapshot     = true
  }

  expect_failures = [var.replicas, var.snapshot_retention_days, var.skip_final_snapshot]
}

run "a_key_is_named_in_full" {
  command = plan

  variables {
    key_arn      = "alias/aws/elasticache"
    logs_key_arn = ""
  }

  expect_failures = [var.key_arn, var.logs_key_arn]
}

run "a_service_is_no_administrator" {
  command = plan

  variables {
    commands   = ["@all"]
    key_prefix = "*"
    user       = "default"
  }

  expect_failures = [var.commands, var.key_prefix, var.user]
}

run "wrong_values_are_told" {
  command = plan

  variables {
    name           = "p"
    subnet_ids     = ["subnet-1"]
    engine_version = "7.1"
    node_type      = "t4g.small"
    port           = 80
  }

  expect_failures = [var.name, var.subnet_ids, var.engine_version, var.node_type, var.port]
}
