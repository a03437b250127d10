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
  description = "KMS key of the vault"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "vault_lock" {
  description = "Least and greatest days a recovery point may be kept. With changeable_for_days (3 or more) the lock becomes final after them: then nobody, AWS included, can lift it"
  type = object({
    min_days            = number
    max_days            = optional(number)
    changeable_for_days = optional(number)
  })
  default = null

  validation {
    condition = var.vault_lock == null ? true : (
      var.vault_lock.min_days >= 1 && var.vault_lock.min_days <= min(var.daily_days, var.monthly_days) &&
      (var.vault_lock.max_days == null ? true : var.vault_lock.max_days >= max(var.daily_days, var.monthly_days) && var.vault_lock.max_days <= 36500)
    )
    error_message = "The plan's own days must lie within the lock, or every backup would fail."
  }

  validation {
    condition     = try(var.vault_lock.changeable_for_days, null) == null ? true : var.vault_lock.changeable_for_days >= 3
    error_message = "AWS gives at least 3 days to think again."
  }

  validation {
    condition     = var.production || try(var.vault_lock.changeable_for_days, null) == null
    error_message = "A final lock cannot be undone: it is for production only."
  }
}

variable "copy_vault_arn" {
  description = "Vault of another region or account to which every recovery point is copied"
  type        = string
  default     = null

  validation {
    condition     = var.copy_vault_arn == null || can(regex("^arn:[a-z-]+:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:", var.copy_vault_arn))
    error_message = "Give the full ARN of a vault."
  }
}

variable "daily_days" {
  description = "Days for which the daily backup is kept"
  type        = number
  default     = 35

  validation {
    condition     = var.daily_days >= 1 && floor(var.daily_days) == var.daily_days
    error_message = "Give whole days."
  }

  validation {
    condition     = !var.production || var.daily_days >= 7
    error_message = "Production keeps a daily backup for at least 7 days."
  }
}

variable "monthly_days" {
  description = "Days for which the monthly backup is kept"
  type        = number
  default     = 365

  validation {
    condition     = var.monthly_days >= var.daily_days && floor(var.monthly_days) == var.monthly_days
    error_message = "Give whole days, not fewer than daily_days."
  }
}

variable "daily_schedule" {
  description = "When the daily backup starts, UTC"
  type        = string
  default     = "cron(0 3 * * ? *)"

  validation {
    condition     = can(regex("^cron\\([^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+\\)$", var.daily_schedule))
    error_message = "Give a cron expression of six fields, such as cron(0 3 * * ? *)."
  }
}

variable "monthly_schedule" {
  description = "When the monthly backup starts, UTC"
  type        = string
  default     = "cron(0 5 1 * ? *)"

  validation {
    condition     = can(regex("^cron\\([^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+\\)$", var.monthly_schedule))
    error_message = "Give a cron expression of six fields, such as cron(0 5 1 * ? *)."
  }
}

variable "resource_arns" {
  description = "What is backed up, by a name known at plan time"
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.resource_arns) > 0 || var.tag != null
    error_message = "Give resource_arns or a tag. A plan that selects nothing looks like a backup and is none."
  }

  validation {
    condition     = alltrue([for arn in values(var.resource_arns) : !strcontains(arn, "*")])
    error_message = "Name resources in full; a tag selects many."
  }
}

variable "tag" {
  description = "Tag of further resources that are backed up"
  type        = object({ key = string, value = string })
  default     = null
}

variable "topic_arn" {
  description = "Topic that hears of failed jobs, with a policy that lets events.amazonaws.com publish"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:", var.topic_arn))
    error_message = "Give the full ARN of a topic."
  }
}

variable "force_destroy" {
  description = "Whether the vault may be taken down with what lies in it"
  type        = bool
  default     = false

  validation {
    condition     = !var.force_destroy || !var.production
    error_message = "A production vault is not emptied by Terraform."
  }
}

variable "boundary_arn" {
  description = "Permissions boundary of the roles"
  type        = string
  default     = null
}
