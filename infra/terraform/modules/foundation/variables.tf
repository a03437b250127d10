variable "name" {
  description = "Prefix of everything the module makes, such as plimsoll-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "production" {
  description = "Whether the protections of production must stay on"
  type        = bool
  default     = true
}

variable "network" {
  description = "Zones, range and way out of the VPC; further_endpoints are interface endpoints besides the complete set"
  type = object({
    zones             = list(string)
    cidr              = optional(string, "10.20.0.0/16")
    egress            = optional(string, "nat")
    ipv6              = optional(bool, true)
    further_endpoints = optional(set(string), [])
  })
}

variable "client_security_group_ids" {
  description = "Security groups of what computes, by a name known at plan time: they may connect to the database and the cache"
  type        = map(string)
}

variable "database" {
  description = "Aurora PostgreSQL: version, capacity in ACU, readers, days of point-in-time recovery, snapshot to begin with"
  type = object({
    engine_version        = optional(string, "17")
    min_acu               = optional(number, 0.5)
    max_acu               = optional(number, 8)
    readers               = optional(number, 1)
    reader_max            = optional(number, 3)
    backup_retention_days = optional(number, 35)
    snapshot_identifier   = optional(string)
  })
  default = {}
}

variable "cache" {
  description = "Valkey: size of a node, and replicas of the primary"
  type = object({
    node_type = optional(string, "cache.t4g.small")
    replicas  = optional(number, 1)
  })
  default = {}
}

variable "items" {
  description = "Billing of the catalogue's table, and with provisioned billing the capacity of its index"
  type = object({
    billing = optional(object({
      mode   = string
      read   = optional(object({ min = number, max = number }))
      write  = optional(object({ min = number, max = number }))
      target = optional(number, 70)
    }), { mode = "on-demand" })
    index_capacity = optional(object({
      read_capacity  = number
      write_capacity = number
    }))
  })
  default = {}
}

variable "lake" {
  description = "Days and mode of the checkpoints' lock, and the first day of decisions"
  type = object({
    lock_days  = optional(number, 760)
    lock_mode  = optional(string, "GOVERNANCE")
    first_date = optional(string, "2026-01-01")
  })
  default = {}
}

variable "budget" {
  description = "What a month may cost in all and by AWS's billing names, in US dollars; anomalies from how many dollars; the account's own anomaly monitor where it has one; whether the bill is exported to the lake"
  type = object({
    monthly_limit_usd     = number
    services              = optional(map(number), {})
    anomaly_threshold_usd = optional(number, 20)
    monitor_arn           = optional(string)
    export                = optional(bool, true)
  })
}

variable "emails" {
  description = "Addresses that budgets and anomalies are sent to"
  type        = list(string)
}

variable "backup_lock" {
  description = "Lock of the backup vault: least and greatest days, and after how many days it becomes final; null is none"
  type = object({
    min_days            = number
    max_days            = optional(number)
    changeable_for_days = optional(number)
  })
  default = null
}

variable "topic_arn" {
  description = "Topic that hears of failed backups"
  type        = string
}

variable "log_retention_days" {
  description = "Days that logs of the database and the cache are kept"
  type        = number
  default     = 400
}

variable "boundary_arn" {
  description = "Permissions boundary of every role; null is none"
  type        = string
  default     = null
}
