# The parts have tests of their own: here they are stood in for, and what joins them is looked at.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { name = "eu-west-2" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "aws" {
  alias = "us_east_1"
}

override_module {
  target = module.keys
  outputs = {
    arns = {
      for purpose in ["data", "cache", "lake", "logs", "secrets", "images", "backup", "topics", "app"] :
      purpose => "arn:aws:kms:eu-west-2:123456789012:key/${purpose}"
    }
    signing_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/signing"
  }
}

override_module {
  target = module.network
  outputs = {
    vpc_id                  = "vpc-0123456789abcdef0"
    vpc_cidr                = "10.20.0.0/16"
    public_subnet_ids       = ["subnet-1", "subnet-2"]
    private_subnet_ids      = ["subnet-3", "subnet-4"]
    data_subnet_ids         = ["subnet-5", "subnet-6"]
    s3_prefix_list_id       = "pl-1"
    dynamodb_prefix_list_id = "pl-2"
  }
}

override_module {
  target = module.database
  outputs = {
    cluster_id        = "plimsoll-test-database"
    cluster_arn       = "arn:aws:rds:eu-west-2:123456789012:cluster:plimsoll-test-database"
    writer_endpoint   = "writer.example"
    reader_endpoint   = "reader.example"
    port              = 5432
    database_name     = "plimsoll"
    user              = "plimsoll"
    security_group_id = "sg-1"
    master_secret_arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:master"
    connect_arn       = "arn:aws:rds-db:eu-west-2:123456789012:dbuser:cluster-1/plimsoll"
  }
}

override_module {
  target = module.cache
  outputs = {
    primary_endpoint     = "cache.example"
    port                 = 6379
    user_name            = "plimsoll-test-plimsoll"
    connect_arns         = ["arn:aws:elasticache:eu-west-2:123456789012:user:plimsoll"]
    replication_group_id = "plimsoll-test-cache"
    security_group_id    = "sg-2"
  }
}

override_module {
  target = module.sessions
  outputs = {
    name               = "plimsoll-test-sessions"
    arn                = "arn:aws:dynamodb:eu-west-2:123456789012:table/plimsoll-test-sessions"
    access_policy_json = "{\"sessions\":1}"
  }
}

override_module {
  target = module.items
  outputs = {
    name               = "plimsoll-test-items"
    arn                = "arn:aws:dynamodb:eu-west-2:123456789012:table/plimsoll-test-items"
    access_policy_json = "{\"items\":1}"
  }
}

override_module {
  target = module.lake
  outputs = {
    bucket             = "plimsoll-test-lake"
    checkpoints_bucket = "plimsoll-test-checkpoints"
    log_bucket         = "plimsoll-test-logs"
    decisions_prefix   = "decisions"
    bills_prefix       = "bills"
    glue_database      = "plimsoll_test"
    glue_table         = "decisions"
    athena_workgroup   = "plimsoll-test"
    write_policy_json  = "{\"lake\":1}"
  }
}

override_module {
  target  = module.backup
  outputs = { vault_name = "plimsoll-test" }
}

override_module {
  target = module.cost
}

variables {
  name                      = "plimsoll-test"
  network                   = { zones = ["eu-west-2a", "eu-west-2b"] }
  client_security_group_ids = { api = "sg-9" }
  emails                    = ["operations@lender.example"]
  budget                    = { monthly_limit_usd = 600 }
  topic_arn                 = "arn:aws:sns:eu-west-2:123456789012:alerts"
}

run "the_service_finds_its_parts" {
  command = plan

  assert {
    condition     = output.settings.PLIMSOLL_DATABASE_URL == "postgres://plimsoll@writer.example:5432/plimsoll?sslmode=verify-full&sslrootcert=/etc/ssl/rds/global-bundle.pem"
    error_message = "The database should be reached over TLS that is checked, at the writer, as the application's user"
  }
  assert {
    condition     = output.settings.PLIMSOLL_REDIS_URL == "rediss://plimsoll-test-plimsoll@cache.example:6379"
    error_message = "The cache should be reached over TLS"
  }
  assert {
    condition     = output.settings.PLIMSOLL_KEYRING == "kms:arn:aws:kms:eu-west-2:123456789012:key/app"
    error_message = "The keyring should be the application's own key"
  }
  assert {
    condition     = output.settings.PLIMSOLL_TRUSTED_PROXIES == "10.20.0.0/16"
    error_message = "Only what is in the VPC should be believed who called"
  }
}

run "no_setting_is_a_secret" {
  command = plan

  assert {
    condition     = alltrue([for value in values(output.settings) : !can(regex("://[^/@]*:[^/@]*@", value))])
    error_message = "No address should hold a password"
  }
  assert {
    condition     = output.settings.PLIMSOLL_DATABASE_AUTH == "iam" && output.settings.PLIMSOLL_REDIS_AUTH == "iam"
    error_message = "The service should sign in with its role"
  }
}

run "policies_are_complete" {
  command = plan

  assert {
    condition     = toset(keys(output.policies_json)) == toset(["application", "sessions", "items", "lake"])
    error_message = "The application's role should have a policy for each of its parts"
  }
}

run "a_name_that_is_none" {
  command = plan

  variables {
    name = "Plimsoll_Test"
  }

  expect_failures = [var.name]
}
