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

  mock_resource "aws_rds_cluster" {
    defaults = {
      arn                 = "arn:aws:rds:eu-west-2:123456789012:cluster:plimsoll-test-database"
      cluster_resource_id = "cluster-ABC"
      endpoint            = "writer.example"
      reader_endpoint     = "reader.example"
      master_user_secret  = [{ secret_arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:rds!cluster-1", kms_key_id = "k", secret_status = "active" }]
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/plimsoll-test-database-monitoring" }
  }
}

variables {
  name                      = "plimsoll-test"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-1", "subnet-2"]
  client_security_group_ids = { api = "sg-1" }
  key_arn                   = "arn:aws:kms:eu-west-2:123456789012:key/data"
}

run "stands_as_production_wants_it" {
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.kms_key_id == var.key_arn
    error_message = "The storage is encrypted with our key."
  }

  assert {
    condition     = aws_rds_cluster.this.deletion_protection && !aws_rds_cluster.this.skip_final_snapshot && startswith(aws_rds_cluster.this.final_snapshot_identifier, "plimsoll-test-database-final-")
    error_message = "Deletion is refused, and would leave a snapshot."
  }

  assert {
    condition     = aws_rds_cluster.this.iam_database_authentication_enabled && aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.master_password == null
    error_message = "Nobody here knows a password."
  }

  assert {
    condition     = aws_rds_cluster.this.master_user_secret_kms_key_id == var.key_arn
    error_message = "The master password lies under a key of ours."
  }

  assert {
    condition     = one([for parameter in aws_rds_cluster_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "PostgreSQL answers over TLS only."
  }

  assert {
    condition     = one([for parameter in aws_rds_cluster_parameter_group.this.parameter : parameter.value if parameter.name == "log_parameter_max_length"]) == "0"
    error_message = "The log has no values of statements."
  }

  assert {
    condition     = aws_rds_cluster.this.backup_retention_period == 35 && !aws_rds_cluster.this.delete_automated_backups && !aws_rds_cluster.this.apply_immediately
    error_message = "Backups are kept for 35 days and outlive the cluster; changes wait for their window."
  }

  assert {
    condition     = alltrue([for instance in concat([aws_rds_cluster_instance.writer], values(aws_rds_cluster_instance.reader)) : !instance.publicly_accessible && instance.performance_insights_enabled && instance.performance_insights_kms_key_id == var.key_arn && instance.monitoring_interval == 30 && instance.instance_class == "db.serverless"])
    error_message = "Every instance is private, serverless and watched."
  }

  assert {
    condition     = keys(aws_rds_cluster_instance.reader) == ["1"] && aws_rds_cluster_instance.reader["1"].promotion_tier == 1
    error_message = "One reader stands ready."
  }

  assert {
    condition     = aws_appautoscaling_target.readers[0].min_capacity == 1 && aws_appautoscaling_target.readers[0].max_capacity == 3
    error_message = "Readers scale from 1 to 3."
  }

  assert {
    condition     = alltrue([for group in values(aws_cloudwatch_log_group.this) : group.retention_in_days == 400 && group.kms_key_id == var.key_arn])
    error_message = "Logs have an end and a key."
  }

  assert {
    condition     = toset(aws_rds_cluster.this.enabled_cloudwatch_logs_exports) == toset(["iam-db-auth-error", "postgresql"])
    error_message = "Both logs are exported."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.clients["api"].referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.clients["api"].cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.clients["api"].from_port == 5432
    error_message = "Only the named group comes in, on the one port."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.monitoring_trust.statement[0].condition[*].variable) == "aws:SourceAccount"
    error_message = "RDS assumes the role for this account only."
  }
}

run "gives_what_others_build_on" {
  assert {
    condition     = output.connect_arn == "arn:aws:rds-db:eu-west-2:123456789012:dbuser:cluster-ABC/plimsoll"
    error_message = "rds-db:connect is for one user of one cluster."
  }

  assert {
    condition     = output.cluster_id == "plimsoll-test-database" && output.writer_endpoint == "writer.example" && output.reader_endpoint == "reader.example"
    error_message = "Names and endpoints are those of the cluster."
  }

  assert {
    condition     = output.master_secret_arn == "arn:aws:secretsmanager:eu-west-2:123456789012:secret:rds!cluster-1"
    error_message = "The secret of the master password is known."
  }
}

run "outside_production_it_may_be_small_and_pause" {
  variables {
    production          = false
    min_acu             = 0
    max_acu             = 1
    readers             = 0
    deletion_protection = false
    skip_final_snapshot = true
    engine_version      = "16.8"
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 900 && aws_rds_cluster.this.final_snapshot_identifier == null
    error_message = "It pauses, and goes without a snapshot."
  }

  assert {
    condition     = length(aws_appautoscaling_target.readers) == 0 && length(aws_rds_cluster_instance.reader) == 0
    error_message = "There are no readers and nothing to scale."
  }

  assert {
    condition     = aws_rds_cluster_parameter_group.this.family == "aurora-postgresql16" && aws_rds_cluster.this.apply_immediately
    error_message = "The parameters are of the major version."
  }
}

run "production_keeps_its_deletion_protection" {
  command = plan

  variables {
    deletion_protection = false
  }

  expect_failures = [var.deletion_protection]
}

run "production_leaves_a_snapshot" {
  command = plan

  variables {
    skip_final_snapshot = true
  }

  expect_failures = [var.skip_final_snapshot]
}

run "production_has_a_reader_backups_and_does_not_pause" {
  command = plan

  variables {
    readers               = 0
    backup_retention_days = 7
    min_acu               = 0
  }

  expect_failures = [var.readers, var.backup_retention_days, var.min_acu]
}

run "a_key_is_named_in_full" {
  command = plan

  variables {
    key_arn        = "alias/aws/rds"
    secret_key_arn = "alias/aws/secretsmanager"
    logs_key_arn   = ""
  }

  expect_failures = [var.key_arn, var.secret_key_arn, var.logs_key_arn]
}

run "tls_is_not_turned_off_by_a_parameter" {
  command = plan

  variables {
    parameters = { "rds.force_ssl" = "0" }
  }

  expect_failures = [var.parameters]
}

run "wrong_values_are_told" {
  command = plan

  variables {
    name               = "Plimsoll_"
    subnet_ids         = ["subnet-1"]
    max_acu            = 0.75
    engine_version     = "13.4"
    user               = "plimsoll_admin"
    monitoring_seconds = 0
    backup_window      = "2-3"
    log_retention_days = 0
    reader_max         = 16
  }

  expect_failures = [
    var.name, var.subnet_ids, var.max_acu, var.engine_version, var.user, var.monitoring_seconds, var.backup_window,
    var.log_retention_days, var.reader_max,
  ]
}
