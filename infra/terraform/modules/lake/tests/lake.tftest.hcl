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

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mocked" }
  }

  mock_resource "aws_athena_workgroup" {
    defaults = { arn = "arn:aws:athena:eu-west-2:123456789012:workgroup/plimsoll-test" }
  }

  mock_resource "aws_glue_catalog_database" {
    defaults = { arn = "arn:aws:glue:eu-west-2:123456789012:database/plimsoll_test" }
  }
}

variables {
  name    = "plimsoll-test"
  key_arn = "arn:aws:kms:eu-west-2:123456789012:key/lake"
}

run "buckets_are_closed" {
  assert {
    condition     = [aws_s3_bucket.lake.bucket, aws_s3_bucket.checkpoints.bucket, aws_s3_bucket.logs.bucket] == ["plimsoll-test-lake-123456789012", "plimsoll-test-checkpoints-123456789012", "plimsoll-test-logs-123456789012"]
    error_message = "Names carry the prefix and the account."
  }

  assert {
    condition     = toset(keys(aws_s3_bucket_public_access_block.this)) == toset(["lake", "checkpoints", "logs"]) && alltrue([for block in values(aws_s3_bucket_public_access_block.this) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "No bucket is public."
  }

  assert {
    condition     = alltrue([for owner in values(aws_s3_bucket_ownership_controls.this) : owner.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "Nobody grants by ACL."
  }

  assert {
    condition     = alltrue([for versions in values(aws_s3_bucket_versioning.this) : versions.versioning_configuration[0].status == "Enabled"])
    error_message = "Every bucket is versioned."
  }

  assert {
    condition     = alltrue([for rules in values(aws_s3_bucket_server_side_encryption_configuration.this) : one(rules.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.key_arn && one(rules.rule).bucket_key_enabled])
    error_message = "Decisions and checkpoints are encrypted with our key."
  }

  assert {
    condition     = toset(keys(aws_s3_bucket_logging.this)) == toset(["lake", "checkpoints"]) && alltrue([for logging in values(aws_s3_bucket_logging.this) : logging.target_bucket == aws_s3_bucket.logs.id])
    error_message = "Who reads is logged."
  }

  assert {
    condition = alltrue([
      for document in values(data.aws_iam_policy_document.common) : document.statement[0].effect == "Deny" && contains(document.statement[0].actions, "s3:GetObject") && one(document.statement[0].condition).variable == "aws:SecureTransport"
    ])
    error_message = "Every bucket refuses what comes without TLS."
  }

  assert {
    condition     = toset(keys(data.aws_iam_policy_document.one_key)) == toset(["lake", "checkpoints"])
    error_message = "An upload under another key is refused."
  }

  assert {
    condition = alltrue([
      for statement in concat(data.aws_iam_policy_document.logs.statement, data.aws_iam_policy_document.lake.statement) :
      alltrue([for principal in statement.principals : principal.type == "Service"]) && length(statement.condition) > 0
    ])
    error_message = "What is let in is a service, and only for this account."
  }

  assert {
    condition     = !anytrue(flatten([for document in [data.aws_iam_policy_document.read, data.aws_iam_policy_document.write] : [for statement in document.statement : [for action in statement.actions : strcontains(action, "*") || strcontains(action, "Delete")]]]))
    error_message = "Nobody who reads or writes the lake deletes."
  }
}

run "checkpoints_are_locked" {
  assert {
    condition     = aws_s3_bucket.checkpoints.object_lock_enabled
    error_message = "The bucket can lock."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.checkpoints.rule[0].default_retention[0].days == 760 && aws_s3_bucket_object_lock_configuration.checkpoints.rule[0].default_retention[0].mode == "GOVERNANCE"
    error_message = "A checkpoint is locked for 25 months."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.checkpoints.statement).effect == "Deny" && one(data.aws_iam_policy_document.checkpoints.statement).actions == toset(["s3:BypassGovernanceRetention"]) && length(one(data.aws_iam_policy_document.checkpoints.statement).condition) == 0
    error_message = "In production nobody lifts the lock."
  }
}

run "who_may_unlock_is_named" {
  variables {
    unlockers = ["arn:aws:iam::123456789012:role/examiner"]
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.checkpoints.statement).condition).values == tolist(["arn:aws:iam::123456789012:role/examiner"])
    error_message = "Nobody but who is named lifts the lock."
  }
}

run "decisions_can_be_queried_by_day" {
  assert {
    condition     = [for column in aws_glue_catalog_table.decisions.storage_descriptor[0].columns : "${column.name} ${column.type}"] == ["id string", "time timestamp", "chain int", "sequence bigint", "model_hash string", "policy_hash string", "score decimal(18,6)", "probability_of_bad double", "decision string", "applicant_token string", "reasons array<string>", "characteristics array<struct<name:string,attribute:int,points:decimal(18,6)>>", "inputs map<string,string>"]
    error_message = "The columns are those of the export."
  }

  assert {
    condition     = one(aws_glue_catalog_table.decisions.partition_keys).name == "date" && aws_glue_catalog_table.decisions.parameters["projection.enabled"] == "true" && aws_glue_catalog_table.decisions.parameters["projection.date.range"] == "2026-01-01,NOW"
    error_message = "Days are computed, not crawled."
  }

  assert {
    condition     = aws_glue_catalog_table.decisions.parameters["storage.location.template"] == "s3://plimsoll-test-lake-123456789012/decisions/date=$${date}"
    error_message = "A day lies where the export writes it."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.key_arn && aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 10737418240
    error_message = "Results are encrypted and bytes limited, whatever the client says."
  }
}

run "lifecycles_end" {
  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : one(rule.expiration).days if rule.id == "decisions"]) == 1125 && one(aws_s3_bucket_lifecycle_configuration.logs.rule[0].expiration).days == 400
    error_message = "Decisions and logs have an end."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.checkpoints.rule : length(rule.expiration) == 0])
    error_message = "Checkpoints have none."
  }
}

run "gives_what_others_build_on" {
  assert {
    condition     = output.bucket == "plimsoll-test-lake-123456789012" && output.checkpoints_bucket == "plimsoll-test-checkpoints-123456789012" && output.log_bucket == "plimsoll-test-logs-123456789012"
    error_message = "Buckets are given by name."
  }

  assert {
    condition     = output.glue_database == "plimsoll_test" && output.glue_table == "decisions" && output.athena_workgroup == "plimsoll-test" && output.bills_prefix == "bills"
    error_message = "What to query is given by name."
  }
}

run "outside_production_it_may_be_emptied" {
  command = plan

  variables {
    production    = false
    lock_days     = 1
    decision_days = 400
    force_destroy = true
    bills         = false
  }

  assert {
    condition     = length(data.aws_iam_policy_document.checkpoints.statement) == 0 && length(data.aws_iam_policy_document.lake.statement) == 0
    error_message = "A trial's lock can be lifted, and no bill comes."
  }
}

run "production_keeps_records_for_25_months" {
  command = plan

  variables {
    lock_days     = 365
    decision_days = 400
    force_destroy = true
  }

  expect_failures = [var.lock_days, var.decision_days, var.force_destroy]
}

run "a_trial_is_not_locked_for_good" {
  command = plan

  variables {
    production = false
    lock_mode  = "COMPLIANCE"
  }

  expect_failures = [var.lock_mode]
}

run "a_key_is_named_in_full" {
  command = plan

  variables {
    key_arn = "alias/aws/s3"
  }

  expect_failures = [var.key_arn]
}

run "wrong_values_are_told" {
  command = plan

  variables {
    name               = "-lake"
    lock_mode          = "governance"
    unlockers          = ["arn:aws:iam::123456789012:role/*"]
    first_date         = "2026-02-30"
    query_budget_bytes = 1000
    log_days           = 10
    result_days        = 0
  }

  expect_failures = [var.name, var.lock_mode, var.unlockers, var.first_date, var.query_budget_bytes, var.log_days, var.result_days]
}
