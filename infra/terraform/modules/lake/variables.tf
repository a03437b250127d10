variable "name" {
  description = "Prefix of everything that is made"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Give 3 to 24 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "production" {
  description = "Whether the protections of production must stay on"
  type        = bool
  default     = true
}

variable "key_arn" {
  description = "KMS key of the decisions, the checkpoints and the results of queries"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "lock_days" {
  description = "Days for which a checkpoint cannot be changed or deleted; 760 are 25 months"
  type        = number
  default     = 760

  validation {
    condition     = var.lock_days >= 1 && var.lock_days <= 36500 && floor(var.lock_days) == var.lock_days
    error_message = "Give 1 to 36500 whole days."
  }

  validation {
    condition     = !var.production || var.lock_days >= 760
    error_message = "Records of a decision are kept for 25 months: production locks for at least 760 days."
  }
}

variable "lock_mode" {
  description = "GOVERNANCE, which the roles in unlockers can lift, or COMPLIANCE, which nobody can before its time"
  type        = string
  default     = "GOVERNANCE"

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.lock_mode)
    error_message = "Give GOVERNANCE or COMPLIANCE."
  }

  validation {
    condition     = var.production || var.lock_mode == "GOVERNANCE"
    error_message = "COMPLIANCE cannot be undone: outside production the bucket could not be taken down for the whole of its time."
  }
}

variable "unlockers" {
  description = "Roles that may lift the lock of a checkpoint in production; with none, nobody may"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.unlockers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[^*?]+$", role))])
    error_message = "Give full ARNs of roles, without a pattern."
  }
}

variable "force_destroy" {
  description = "Whether the buckets may be taken down with what lies in them"
  type        = bool
  default     = false

  validation {
    condition     = !var.force_destroy || !var.production
    error_message = "Production buckets are not emptied by Terraform."
  }
}

variable "decision_days" {
  description = "Days for which decisions stay in the lake"
  type        = number
  default     = 1125

  validation {
    condition     = var.decision_days > 365 && floor(var.decision_days) == var.decision_days
    error_message = "Give more than 365 days, after which they move to colder storage."
  }

  validation {
    condition     = !var.production || var.decision_days >= 760
    error_message = "Records of a decision are kept for 25 months: production keeps at least 760 days."
  }
}

variable "result_days" {
  description = "Days for which results of queries stay"
  type        = number
  default     = 30

  validation {
    condition     = var.result_days >= 1 && var.result_days <= 365
    error_message = "Give 1 to 365 days."
  }
}

variable "log_days" {
  description = "Days for which access logs stay"
  type        = number
  default     = 400

  validation {
    condition     = var.log_days > 60 && var.log_days <= 3653
    error_message = "Give more than 60 days: colder storage, where they go after 30, bills at least 30."
  }
}

variable "bills" {
  description = "Whether Data Exports may write the bill under bills/"
  type        = bool
  default     = true
}

variable "first_date" {
  description = "First day that there can be decisions of"
  type        = string
  default     = "2026-01-01"

  validation {
    condition     = can(regex("^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", var.first_date)) && can(timeadd("${var.first_date}T00:00:00Z", "0s"))
    error_message = "Give a day such as 2026-01-31."
  }
}

variable "query_budget_bytes" {
  description = "Bytes that one query may read before Athena stops it; the default costs 5 US cents"
  type        = number
  default     = 10737418240

  validation {
    condition     = var.query_budget_bytes >= 10485760 && floor(var.query_budget_bytes) == var.query_budget_bytes
    error_message = "Athena takes a limit from 10485760 bytes (10 MiB) on."
  }
}
