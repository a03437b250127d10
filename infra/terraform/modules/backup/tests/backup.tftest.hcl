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

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-2:123456789012:backup-vault:plimsoll-test-backup" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
}

variables {
  name          = "plimsoll-test"
  key_arn       = "arn:aws:kms:eu-west-2:123456789012:key/backup"
  topic_arn     = "arn:aws:sns:eu-west-2:123456789012:plimsoll-test"
  resource_arns = { database = "arn:aws:rds:eu-west-2:123456789012:cluster:plimsoll-test-database" }
}

run "stands_as_production_wants_it" {
  assert {
    condition     = aws_backup_vault.this.name == "plimsoll-test-backup" && aws_backup_vault.this.kms_key_arn == var.key_arn && !aws_backup_vault.this.force_destroy
    error_message = "The vault is encrypted with our key and not emptied."
  }

  assert {
    condition     = { for rule in aws_backup_plan.this.rule : rule.rule_name => one(rule.lifecycle).delete_after } == { daily = 35, monthly = 365 }
    error_message = "Days are kept for 35 days and months for a year."
  }

  assert {
    condition     = data.aws_iam_policy_document.vault[0].statement[0].effect == "Deny" && contains(data.aws_iam_policy_document.vault[0].statement[0].actions, "backup:DeleteRecoveryPoint")
    error_message = "Nobody deletes a recovery point by hand."
  }

  assert {
    condition     = aws_backup_selection.resources[0].resources == toset(values(var.resource_arns)) && length(aws_backup_selection.tag) == 0
    error_message = "What is named is backed up."
  }

  assert {
    condition     = endswith(aws_iam_role_policy_attachment.this["backup"].policy_arn, "/AWSBackupServiceRolePolicyForBackup") && endswith(aws_iam_role_policy_attachment.this["restore"].policy_arn, "/AWSBackupServiceRolePolicyForRestores")
    error_message = "Who backs up does not restore."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.trust.statement[0].condition).variable == "aws:SourceAccount"
    error_message = "The roles are for this account's backups."
  }

  assert {
    condition     = aws_cloudwatch_event_target.failures.arn == var.topic_arn && strcontains(aws_cloudwatch_event_rule.failures.event_pattern, "EXPIRED")
    error_message = "Failures are heard of."
  }

  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "A lock is chosen, not had by default."
  }
}

run "gives_what_others_build_on" {
  assert {
    condition     = output.vault_name == "plimsoll-test-backup" && output.vault_arn == "arn:aws:backup:eu-west-2:123456789012:backup-vault:plimsoll-test-backup" && output.role_arn != null && output.restore_role_arn != null && output.plan_id != null
    error_message = "The vault, the plan and both roles are given."
  }
}

run "copies_tags_and_a_lock" {
  variables {
    copy_vault_arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:plimsoll-copies"
    tag            = { key = "Backup", value = "daily" }
    vault_lock     = { min_days = 7, max_days = 400, changeable_for_days = 3 }
  }

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : one(rule.copy_action).destination_vault_arn == var.copy_vault_arn && one(one(rule.copy_action).lifecycle).delete_after == one(rule.lifecycle).delete_after])
    error_message = "A copy is kept as long as what it is of."
  }

  assert {
    condition     = one(aws_backup_selection.tag[0].selection_tag).value == "daily"
    error_message = "What has the tag is backed up."
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].changeable_for_days == 3
    error_message = "The lock becomes final."
  }
}

run "outside_production_it_may_be_emptied" {
  command = plan

  variables {
    production    = false
    force_destroy = true
    daily_days    = 1
    monthly_days  = 1
  }

  assert {
    condition     = length(aws_backup_vault_policy.this) == 0
    error_message = "A trial's recovery points can be deleted."
  }
}

run "a_plan_selects_something" {
  command = plan

  variables {
    resource_arns = {}
  }

  expect_failures = [var.resource_arns]
}

run "production_keeps_its_vault" {
  command = plan

  variables {
    force_destroy = true
    daily_days    = 3
  }

  expect_failures = [var.force_destroy, var.daily_days]
}

run "a_plan_fits_its_lock" {
  command = plan

  variables {
    vault_lock = { min_days = 60 }
  }

  expect_failures = [var.vault_lock]
}

run "a_trial_is_not_locked_for_good" {
  command = plan

  variables {
    production = false
    vault_lock = { min_days = 7, changeable_for_days = 3 }
  }

  expect_failures = [var.vault_lock]
}

run "wrong_values_are_told" {
  command = plan

  variables {
    name             = "Backup"
    key_arn          = "alias/aws/backup"
    topic_arn        = "ops@example.com"
    copy_vault_arn   = "eu-west-1"
    daily_schedule   = "rate(1 day)"
    monthly_schedule = "monthly"
    resource_arns    = { all = "arn:aws:rds:*:*:cluster:*" }
  }

  expect_failures = [
    var.name, var.key_arn, var.topic_arn, var.copy_vault_arn, var.daily_schedule, var.monthly_schedule, var.resource_arns,
  ]
}

run "months_outlast_days" {
  command = plan

  variables {
    monthly_days = 10
  }

  expect_failures = [var.monthly_days]
}
