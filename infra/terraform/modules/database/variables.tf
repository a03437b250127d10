variable "name" {
  description = "Prefix of everything that is made"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name)) && !strcontains(var.name, "--")
    error_message = "Give 3 to 24 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "production" {
  description = "Whether the protections of production must stay on"
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the security group"
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets, in two zones or more"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Aurora needs subnets in at least two zones."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a name known at plan time"
  type        = map(string)
  default     = {}
}

variable "key_arn" {
  description = "KMS key of the storage, the snapshots and Performance Insights"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "secret_key_arn" {
  description = "KMS key of the master password's secret, key_arn where none is given"
  type        = string
  default     = null

  validation {
    condition     = var.secret_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.secret_key_arn))
    error_message = "Give the full ARN of a KMS key that Secrets Manager may use."
  }
}

variable "logs_key_arn" {
  description = "KMS key of the log groups, key_arn where none is given"
  type        = string
  default     = null

  validation {
    condition     = var.logs_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.logs_key_arn))
    error_message = "Give the full ARN of a KMS key that CloudWatch Logs may use."
  }
}

variable "engine_version" {
  description = "Version of PostgreSQL: a major version follows AWS's minor versions, a full one pins"
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^1[6-9](\\.[0-9]+)?$", var.engine_version))
    error_message = "Give 16 to 19, with or without a minor version, such as 17 or 17.7."
  }
}

variable "database_name" {
  description = "Database that is made with the cluster"
  type        = string
  default     = "plimsoll"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name))
    error_message = "Give up to 63 lower-case letters, digits and underscores, beginning with a letter."
  }
}

variable "user" {
  description = "Database user of the application, which signs in with IAM"
  type        = string
  default     = "plimsoll"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.user)) && var.user != var.master_user
    error_message = "Give up to 63 lower-case letters, digits and underscores, and not the master user: that one is for opening and repairing."
  }
}

variable "master_user" {
  description = "Master user, whose password RDS keeps and rotates"
  type        = string
  default     = "plimsoll_admin"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.master_user)) && !contains(["admin", "postgres", "rdsadmin"], var.master_user)
    error_message = "Give up to 63 lower-case letters, digits and underscores, and no name that is guessed first (admin, postgres) or reserved (rdsadmin)."
  }
}

variable "port" {
  description = "Port of PostgreSQL"
  type        = number
  default     = 5432

  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "Aurora takes ports 1150 to 65535."
  }
}

variable "min_acu" {
  description = "Least capacity of an instance in ACU (2 GB each); 0 pauses it when nobody is connected"
  type        = number
  default     = 0.5

  validation {
    condition     = var.min_acu >= 0 && var.min_acu <= 256 && floor(var.min_acu * 2) == var.min_acu * 2
    error_message = "Give 0 to 256 in steps of 0.5."
  }

  validation {
    condition     = !var.production || var.min_acu >= 0.5
    error_message = "A production database does not pause: whoever comes first would wait 15 seconds. Give at least 0.5."
  }
}

variable "max_acu" {
  description = "Greatest capacity of an instance in ACU"
  type        = number
  default     = 8

  validation {
    condition     = var.max_acu >= 1 && var.max_acu <= 256 && floor(var.max_acu * 2) == var.max_acu * 2 && var.max_acu >= var.min_acu
    error_message = "Give 1 to 256 in steps of 0.5, not less than min_acu."
  }
}

variable "pause_after_seconds" {
  description = "Seconds without a connection after which an instance with min_acu = 0 pauses"
  type        = number
  default     = 900

  validation {
    condition     = var.pause_after_seconds >= 300 && var.pause_after_seconds <= 86400
    error_message = "Give 300 to 86400 seconds."
  }
}

variable "readers" {
  description = "Readers that are always there"
  type        = number
  default     = 1

  validation {
    condition     = var.readers >= 0 && var.readers <= 15 && floor(var.readers) == var.readers
    error_message = "Aurora has 0 to 15 readers."
  }

  validation {
    condition     = !var.production || var.readers >= 1
    error_message = "Production needs a reader in another zone to fail over to."
  }
}

variable "reader_max" {
  description = "Readers that scaling may reach; no more than readers turns scaling off"
  type        = number
  default     = 3

  validation {
    condition     = var.reader_max >= 0 && var.reader_max <= 15 && floor(var.reader_max) == var.reader_max
    error_message = "Aurora has 0 to 15 readers."
  }
}

variable "reader_cpu_target" {
  description = "Average CPU of the readers, in percent, that scaling aims at"
  type        = number
  default     = 60

  validation {
    condition     = var.reader_cpu_target >= 20 && var.reader_cpu_target <= 90
    error_message = "Give 20 to 90 percent."
  }
}

variable "backup_retention_days" {
  description = "Days back to which any second can be restored"
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Aurora keeps 1 to 35 days."
  }

  validation {
    condition     = !var.production || var.backup_retention_days >= 14
    error_message = "Production keeps at least 14 days: what goes wrong is often found late."
  }
}

variable "backup_window" {
  description = "Daily window of the snapshot, UTC"
  type        = string
  default     = "02:00-03:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "Give a window such as 02:00-03:00."
  }
}

variable "maintenance_window" {
  description = "Weekly window of maintenance, UTC"
  type        = string
  default     = "sun:04:00-sun:05:00"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]$", var.maintenance_window))
    error_message = "Give a window such as sun:04:00-sun:05:00."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the cluster"
  type        = bool
  default     = true

  validation {
    condition     = var.deletion_protection || !var.production
    error_message = "A production database keeps its deletion protection. To take it down, first say production = false."
  }
}

variable "skip_final_snapshot" {
  description = "Whether the cluster goes without a last snapshot"
  type        = bool
  default     = false

  validation {
    condition     = !var.skip_final_snapshot || !var.production
    error_message = "A production database leaves a final snapshot behind."
  }
}

variable "snapshot_identifier" {
  description = "Snapshot to make the cluster from; read only when it is made"
  type        = string
  default     = null
}

variable "io_optimised" {
  description = "Whether storage is billed without I/O, which pays from about a quarter of the bill being I/O"
  type        = bool
  default     = false
}

variable "insights_retention_days" {
  description = "Days of Performance Insights; 7 are free"
  type        = number
  default     = 7

  validation {
    condition     = contains(concat([7, 731], [for months in range(1, 24) : months * 31]), var.insights_retention_days)
    error_message = "Give 7, a multiple of 31 up to 713, or 731."
  }
}

variable "monitoring_seconds" {
  description = "Seconds between two readings of the operating system's metrics"
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 5, 10, 15, 30, 60], var.monitoring_seconds)
    error_message = "Give 1, 5, 10, 15, 30 or 60."
  }
}

variable "slow_statement_ms" {
  description = "Milliseconds from which a statement is logged, without its values"
  type        = number
  default     = 500

  validation {
    condition     = var.slow_statement_ms >= 50 && var.slow_statement_ms <= 60000
    error_message = "Give 50 to 60000 milliseconds."
  }
}

variable "parameters" {
  description = "Further parameters of the cluster that take effect without a restart. The one that is there keeps the values of slow statements out of the log, where they could be somebody's data"
  type        = map(string)
  default     = { log_parameter_max_length = "0" }

  validation {
    condition = length(setintersection(keys(var.parameters), [
      "rds.force_ssl", "ssl_min_protocol_version", "log_statement", "log_min_duration_statement", "idle_in_transaction_session_timeout",
    ])) == 0
    error_message = "TLS, the log and the time of an idle transaction are the module's own."
  }
}

variable "log_retention_days" {
  description = "Days for which PostgreSQL's logs are kept"
  type        = number
  default     = 400

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs takes 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and whole years beyond."
  }
}

variable "boundary_arn" {
  description = "Permissions boundary of the monitoring role"
  type        = string
  default     = null
}
