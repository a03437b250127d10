data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  cluster = "${var.name}-database"
  major   = split(".", var.engine_version)[0]

  # Readers that Terraform keeps. Those that scaling adds come and go beside them.
  readers = { for number in range(1, var.readers + 1) : tostring(number) => number }
}

# When this cluster was first planned, kept for its life. It makes the name of the final snapshot unique, so that a cluster
# that is built again under the same name can also be taken down again.
resource "terraform_data" "born" {
  input = formatdate("YYYYMMDDhhmmss", plantimestamp())

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_db_subnet_group" "this" {
  name        = local.cluster
  description = "Data subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = "${local.cluster}-pg${local.major}"
  family      = "aurora-postgresql${local.major}"
  description = "Plimsoll: TLS only, statements in the log without their values"

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "immediate"
  }

  parameter {
    name         = "ssl_min_protocol_version"
    value        = "TLSv1.2"
    apply_method = "immediate"
  }

  # What changes the schema or a role is logged; what changes rows is in the ledger.
  parameter {
    name         = "log_statement"
    value        = "ddl"
    apply_method = "immediate"
  }

  parameter {
    name         = "log_min_duration_statement"
    value        = tostring(var.slow_statement_ms)
    apply_method = "immediate"
  }

  # A task that hangs in a transaction must not hold its locks for ever.
  parameter {
    name         = "idle_in_transaction_session_timeout"
    value        = "60000"
    apply_method = "immediate"
  }

  dynamic "parameter" {
    for_each = var.parameters

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_rds_cluster" "this" {
  #checkov:skip=CKV2_AWS_8: because the plan is in the backup module, which is given this cluster's ARN
  cluster_identifier = local.cluster
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned"
  engine_version     = var.engine_version
  database_name      = var.database_name
  port               = var.port
  storage_type       = var.io_optimised ? "aurora-iopt1" : null

  # Past the end of standard support, AWS would bill each vCPU-hour extra without asking.
  engine_lifecycle_support    = "open-source-rds-extended-support-disabled"
  allow_major_version_upgrade = false

  master_username               = var.master_user
  manage_master_user_password   = true
  master_user_secret_kms_key_id = coalesce(var.secret_key_arn, var.key_arn)

  iam_database_authentication_enabled = true

  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name

  storage_encrypted = true
  kms_key_id        = var.key_arn

  backup_retention_period      = var.backup_retention_days
  preferred_backup_window      = var.backup_window
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  delete_automated_backups     = !var.production
  snapshot_identifier          = var.snapshot_identifier

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = var.skip_final_snapshot
  final_snapshot_identifier = var.skip_final_snapshot ? null : "${local.cluster}-final-${terraform_data.born.output}"
  apply_immediately         = !var.production

  enabled_cloudwatch_logs_exports = sort(keys(aws_cloudwatch_log_group.this))

  serverlessv2_scaling_configuration {
    min_capacity             = var.min_acu
    max_capacity             = var.max_acu
    seconds_until_auto_pause = var.min_acu == 0 ? var.pause_after_seconds : null
  }

  lifecycle {
    # Read when the cluster is made. Taking the name out afterwards must not replace the cluster.
    ignore_changes = [snapshot_identifier]
  }
}

resource "aws_rds_cluster_instance" "writer" {
  identifier         = "${local.cluster}-0"
  cluster_identifier = aws_rds_cluster.this.id
  engine             = aws_rds_cluster.this.engine
  instance_class     = "db.serverless"
  promotion_tier     = 0

  db_subnet_group_name         = aws_db_subnet_group.this.name
  publicly_accessible          = false
  auto_minor_version_upgrade   = true
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  apply_immediately            = !var.production

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.key_arn
  performance_insights_retention_period = var.insights_retention_days

  monitoring_interval = var.monitoring_seconds
  monitoring_role_arn = aws_iam_role.monitoring.arn

  depends_on = [aws_iam_role_policy_attachment.monitoring]
}

resource "aws_rds_cluster_instance" "reader" {
  for_each = local.readers

  identifier         = "${local.cluster}-${each.key}"
  cluster_identifier = aws_rds_cluster.this.id
  engine             = aws_rds_cluster.this.engine
  instance_class     = "db.serverless"

  # Tier 0 and 1 keep step with the writer's size, so that a failover lands on one that is large enough.
  promotion_tier = each.value

  db_subnet_group_name         = aws_db_subnet_group.this.name
  publicly_accessible          = false
  auto_minor_version_upgrade   = true
  preferred_maintenance_window = var.maintenance_window
  copy_tags_to_snapshot        = true
  apply_immediately            = !var.production

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.key_arn
  performance_insights_retention_period = var.insights_retention_days

  monitoring_interval = var.monitoring_seconds
  monitoring_role_arn = aws_iam_role.monitoring.arn

  # The first instance of a cluster becomes its writer.
  depends_on = [aws_rds_cluster_instance.writer, aws_iam_role_policy_attachment.monitoring]
}
