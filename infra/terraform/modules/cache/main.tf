locals {
  cache = "${var.name}-cache"
  major = split(".", var.engine_version)[0]

  # With IAM the name of a user is its identifier, which is unique in the account and region: hence the prefix.
  user = "${var.name}-${var.user}"

  # What the service calls, and nothing more: the counter of a rate limit and a lock are each a script, a read, a write and a
  # deletion under one prefix. No KEYS, FLUSHALL, CONFIG or MONITOR. ElastiCache writes `resetchannels` in by itself, so it
  # stands here too.
  access = join(" ", concat(
    ["on", "~${var.key_prefix}*", "resetchannels", "-@all"],
    [for command in var.commands : "+${command}"],
  ))
}

# When this cache was first planned, kept for its life: it makes the name of the final snapshot unique.
resource "terraform_data" "born" {
  input = formatdate("YYYYMMDDhhmmss", plantimestamp())

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name        = local.cache
  description = "Data subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${local.cache}-valkey${local.major}"
  family      = "valkey${local.major}"
  description = "Plimsoll: what expires soonest goes first when memory is short"

  # Every key has a time to live. A counter or lock that is about to expire is the least loss.
  parameter {
    name  = "maxmemory-policy"
    value = "volatile-ttl"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_elasticache_user" "this" {
  user_id       = local.user
  user_name     = local.user
  engine        = "valkey"
  access_string = local.access

  authentication_mode {
    type = "iam"
  }
}

# A group of Valkey's needs no user named default: without one, nobody comes in under that name.
resource "aws_elasticache_user_group" "this" {
  user_group_id = local.cache
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.this.user_id]
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV2_AWS_50: because failover is on with every replica, and production must have one
  replication_group_id = local.cache
  description          = "Rate limits and locks that the instances of ${var.name} share"

  engine               = "valkey"
  engine_version       = var.engine_version
  node_type            = var.node_type
  port                 = var.port
  parameter_group_name = aws_elasticache_parameter_group.this.name

  # One shard: the keys are small, few and short-lived.
  num_node_groups            = 1
  replicas_per_node_group    = var.replicas
  automatic_failover_enabled = var.replicas > 0
  multi_az_enabled           = var.replicas > 0

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [aws_security_group.this.id]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]

  snapshot_retention_limit  = var.snapshot_retention_days
  snapshot_window           = var.snapshot_window
  final_snapshot_identifier = var.skip_final_snapshot ? null : "${local.cache}-final-${terraform_data.born.output}"
  maintenance_window        = var.maintenance_window

  auto_minor_version_upgrade = true
  apply_immediately          = !var.production

  dynamic "log_delivery_configuration" {
    for_each = aws_cloudwatch_log_group.this

    content {
      log_type         = log_delivery_configuration.key
      destination_type = "cloudwatch-logs"
      destination      = log_delivery_configuration.value.name
      log_format       = "json"
    }
  }
}

# The engine's own messages, and commands that took long.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["engine-log", "slow-log"])

  name              = "/aws/elasticache/${local.cache}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_key_arn
}
