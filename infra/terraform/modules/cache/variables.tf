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
  description = "Data subnets, one a zone"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2 || (length(var.subnet_ids) == 1 && var.replicas == 0)
    error_message = "A replica stands in another zone than its primary: give subnets in at least two."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a name known at plan time"
  type        = map(string)
  default     = {}
}

variable "key_arn" {
  description = "KMS key of memory's snapshots and what lies on disk"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "logs_key_arn" {
  description = "KMS key of the log groups"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.logs_key_arn))
    error_message = "Give the full ARN of a KMS key that CloudWatch Logs may use."
  }
}

variable "node_type" {
  description = "Size of a node"
  type        = string
  default     = "cache.t4g.small"

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "Give a node type such as cache.t4g.small."
  }
}

variable "replicas" {
  description = "Replicas of the primary, each in another zone"
  type        = number
  default     = 1

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5 && floor(var.replicas) == var.replicas
    error_message = "Give 0 to 5 replicas."
  }

  validation {
    condition     = !var.production || var.replicas >= 1
    error_message = "Production needs a replica to fail over to."
  }
}

variable "engine_version" {
  description = "Version of Valkey"
  type        = string
  default     = "8.0"

  validation {
    condition     = can(regex("^([89]|[1-9][0-9])\\.[0-9]+$", var.engine_version))
    error_message = "Give a major and minor version from 8.0 on, such as 8.0."
  }
}

variable "port" {
  description = "Port of Valkey"
  type        = number
  default     = 6379

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "Give a port from 1024 to 65535."
  }
}

variable "user" {
  description = "Last part of the user's name, which signs in with IAM"
  type        = string
  default     = "plimsoll"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,14}$", var.user)) && var.user != "default"
    error_message = "Give 2 to 15 lower-case letters and digits, and not default."
  }
}

variable "key_prefix" {
  description = "What every key of the service begins with"
  type        = string
  default     = "plimsoll:"

  validation {
    condition     = can(regex("^[a-z][a-z0-9:_-]*$", var.key_prefix))
    error_message = "Give a prefix of lower-case letters, digits, colons, underscores and hyphens. A pattern would reach other keys."
  }
}

variable "commands" {
  description = "Commands that the service may call"
  type        = list(string)
  default     = ["auth", "hello", "ping", "client|setinfo", "get", "set", "del", "time", "eval", "evalsha", "script|load"]

  validation {
    condition = length(var.commands) > 0 && alltrue([
      for command in var.commands : can(regex("^@?[a-z][a-z0-9-]*(\\|[a-z-]+)?$", command)) && !contains(["@all", "@admin", "@connection", "@dangerous"], command)
    ])
    error_message = "Name commands or categories without a sign, in lower case; @all, @admin, @dangerous and @connection (which lists and ends other connections) are not given to a service."
  }
}

variable "snapshot_retention_days" {
  description = "Days for which the daily snapshot is kept; 0 makes none"
  type        = number
  default     = 7

  validation {
    condition     = var.snapshot_retention_days >= 0 && var.snapshot_retention_days <= 35
    error_message = "Give 0 to 35 days."
  }

  validation {
    condition     = !var.production || var.snapshot_retention_days >= 1
    error_message = "Production keeps at least the snapshot of yesterday."
  }
}

variable "snapshot_window" {
  description = "Daily window of the snapshot, UTC"
  type        = string
  default     = "03:00-04:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.snapshot_window))
    error_message = "Give a window such as 03:00-04:00."
  }
}

variable "maintenance_window" {
  description = "Weekly window of maintenance, UTC"
  type        = string
  default     = "sun:05:00-sun:06:00"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):[0-2][0-9]:[0-5][0-9]$", var.maintenance_window))
    error_message = "Give a window such as sun:05:00-sun:06:00."
  }
}

variable "skip_final_snapshot" {
  description = "Whether the cache goes without a last snapshot"
  type        = bool
  default     = false

  validation {
    condition     = !var.skip_final_snapshot || !var.production
    error_message = "A production cache leaves a final snapshot behind."
  }
}

variable "log_retention_days" {
  description = "Days for which the engine's logs are kept"
  type        = number
  default     = 400

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch Logs takes 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and whole years beyond."
  }
}
