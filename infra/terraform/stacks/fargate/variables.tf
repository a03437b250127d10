variable "environment" {
  description = "Name of the environment, such as production or staging; part of every name"
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,12}$", var.environment))
    error_message = "environment is 2 to 13 lower-case letters and digits and begins with a letter."
  }
}

variable "production" {
  description = "Whether the protections of production must stay on: deletion protection, final snapshots, two tasks, TLS to the task"
  type        = bool
  default     = true

  validation {
    condition     = var.production || var.environment != "production"
    error_message = "The environment production has production = true; give a trial another name."
  }
}

variable "region" {
  description = "Region of everything but the edge"
  type        = string
}

variable "boundary_arn" {
  description = "Permissions boundary of every role; null takes the one that the stack bootstrap made"
  type        = string
  default     = null
}

variable "bootstrapped" {
  description = "Whether the stack bootstrap was applied in this account and region; without it there is no boundary"
  type        = bool
  default     = true

  validation {
    condition     = var.bootstrapped || !var.production
    error_message = "Production stands on the stack bootstrap: apply that first."
  }
}

# ---- the image

variable "image" {
  description = "Image by digest, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image names its digest (repository@sha256:64 hexadecimal digits): a tag can be moved, and ECS does not notice."
  }
}

variable "architecture" {
  description = "Processor of the tasks, ARM64 or X86_64; the image must be built for it"
  type        = string
  default     = "ARM64"
}

variable "settings" {
  description = "Further PLIMSOLL_* settings of both services; they go before those that the stack makes"
  type        = map(string)
  default     = {}
}

variable "task_tls" {
  description = "Certificate and private key that the balancer meets at the tasks, PEM; written once for each task_tls_version and never kept in the state"
  type = object({
    certificate = string
    private_key = string
  })
  sensitive = true
  ephemeral = true
}

variable "task_tls_version" {
  description = "Number of task_tls: a new one writes the value that is given"
  type        = number
  default     = 1
}

# ---- how much

variable "services" {
  description = "Size and number of the tasks of api and console"
  type = object({
    api = optional(object({
      cpu             = optional(number, 512)
      memory          = optional(number, 1024)
      minimum         = optional(number, 2)
      maximum         = optional(number, 10)
      spot_share      = optional(number, 0)
      requests_target = optional(number, 1000)
    }), {})
    console = optional(object({
      cpu             = optional(number, 256)
      memory          = optional(number, 512)
      minimum         = optional(number, 2)
      maximum         = optional(number, 4)
      spot_share      = optional(number, 0)
      requests_target = optional(number, 1000)
    }), {})
  })
  default = {}
}

variable "canary" {
  description = "Whether each service has a canary beside it, without tasks until a deployment tries an image there"
  type        = bool
  default     = false
}

variable "restore_drill" {
  description = "Whether there is a role for the check of a restore drill"
  type        = bool
  default     = false
}

variable "schedules" {
  description = "When the bounds of both services move; outside production they may go down to 0"
  type = list(object({
    name     = string
    cron     = string
    timezone = optional(string, "UTC")
    minimum  = number
    maximum  = number
  }))
  default = []
}

variable "enable_exec" {
  description = "Whether a shell can be opened in a task; never in production"
  type        = bool
  default     = false
}

variable "network" {
  description = "Zones, range and way out of the VPC: egress is nat, nat-per-zone or endpoints, see the prices in docs/aws.md"
  type = object({
    zones             = list(string)
    cidr              = optional(string, "10.20.0.0/16")
    egress            = optional(string, "nat")
    ipv6              = optional(bool, true)
    further_endpoints = optional(set(string), [])
  })
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

# ---- the way in

variable "origin_mode" {
  description = "How CloudFront gets in: vpc-origin (internal balancer), or prefix-list where VPC origins cannot be had"
  type        = string
  default     = "vpc-origin"
}

variable "origin_domain" {
  description = "Name on the balancer's certificate, by which CloudFront calls it; it need not resolve for a VPC origin"
  type        = string
}

variable "origin_certificate_arn" {
  description = "ACM certificate of origin_domain in this region"
  type        = string
}

variable "origin_secret" {
  description = "Values of the secret header with origin_mode prefix-list, the new one first; two while it is rotated"
  type        = list(string)
  default     = []
  sensitive   = true
}

variable "domain_names" {
  description = "Names that the world calls; without one there is only CloudFront's own name, which production does not take"
  type        = list(string)
  default     = []
}

variable "zone_id" {
  description = "Route 53 zone of the names; null where they live elsewhere"
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "ACM certificate of the names in us-east-1; without it one is made in the zone"
  type        = string
  default     = null
}

variable "rate_limit" {
  description = "Requests of one address in five minutes, beyond which it is blocked"
  type        = number
  default     = 10000
}

variable "unlimited_cidrs" {
  description = "IPv4 ranges that the rate rule does not count, such as the address that the lender's own systems call from"
  type        = set(string)
  default     = []
}

# ---- who is told, and what it may cost

variable "emails" {
  description = "Addresses that alarms, budgets and anomalies are sent to"
  type        = list(string)
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

variable "backup_lock" {
  description = "Lock of the backup vault: least and greatest days, and after how many days it becomes final; null is none"
  type = object({
    min_days            = number
    max_days            = optional(number)
    changeable_for_days = optional(number)
  })
  default = null
}
