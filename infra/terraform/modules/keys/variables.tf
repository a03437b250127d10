variable "name" {
  description = "Prefix of the aliases"
  type        = string

  validation {
    # Longer than a name elsewhere: stacks ask for a second set of keys under their own name and a word more.
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "name is 3 to 40 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "production" {
  description = "Whether protections may not be turned off"
  type        = bool
  default     = true
}

variable "purposes" {
  description = "One key each: services are principals that use it directly, via are services that use it for a caller, direct lets callers use it themselves, context names what the encryption context of a direct use must have, linked_roles are service-linked roles that must be there already (SERVICE/ROLE). {region} stands for the region"
  type = map(object({
    description  = string
    services     = optional(list(string), [])
    via          = optional(list(string), [])
    direct       = optional(bool, false)
    context      = optional(list(string), [])
    linked_roles = optional(list(string), [])
  }))
  default = {
    data = {
      description = "Databases and tables"
      via         = ["rds", "dynamodb"]
    }
    cache = {
      description = "The cache"
      via         = ["elasticache"]
    }
    lake = {
      description = "Decisions, checkpoints and query results"
      services    = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      via         = ["s3", "glue", "athena"]
    }
    logs = {
      description = "Log groups"
      services    = ["logs.{region}.amazonaws.com"]
    }
    secrets = {
      description = "Secrets, and those of Kubernetes"
      via         = ["secretsmanager", "ssm", "eks", "rds"]
    }
    images = {
      description = "Container images"
      via         = ["ecr"]
    }
    backup = {
      description = "Backups"
      via         = ["backup", "rds", "dynamodb", "s3"]
    }
    topics = {
      description = "Notifications"
      services = [
        "cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com", "events.amazonaws.com", "backup.amazonaws.com",
      ]
      via = ["sns"]
    }
    app = {
      description = "The application's own keyring, which wraps the keys of people"
      direct      = true
      context     = ["purpose"]
    }
  }

  validation {
    condition     = length(var.purposes) > 0 && alltrue([for purpose in keys(var.purposes) : can(regex("^[a-z][a-z0-9-]*$", purpose)) && purpose != "signing"])
    error_message = "purposes are named in lower-case letters, digits and hyphens; signing is the module's own."
  }

  validation {
    condition     = alltrue(flatten([for purpose in values(var.purposes) : [for service in purpose.services : can(regex("^[a-z0-9.{}-]+\\.amazonaws\\.com(\\.cn)?$", service))]]))
    error_message = "services are service principals, such as cloudwatch.amazonaws.com; never accounts, roles or a star."
  }

  validation {
    condition     = alltrue(flatten([for purpose in values(var.purposes) : [for service in purpose.via : can(regex("^[a-z0-9-]+$", service))]]))
    error_message = "via are short names, such as rds; the module adds the region and the domain."
  }

  validation {
    condition     = alltrue([for purpose in values(var.purposes) : length(purpose.services) + length(purpose.via) > 0 || purpose.direct])
    error_message = "A key that no service may use and no caller directly is of no use: name services, via, or direct."
  }

  validation {
    condition     = alltrue([for purpose in values(var.purposes) : !purpose.direct || length(purpose.context) > 0])
    error_message = "A key that callers use directly names the encryption context that it asks for."
  }
}

variable "deletion_window_days" {
  description = "Days between asking for a key's deletion and its end"
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "deletion_window_days is 7 to 30."
  }

  validation {
    condition     = !var.production || var.deletion_window_days == 30
    error_message = "In production a key waits the longest time, 30 days: whatever it encrypted goes with it."
  }
}

variable "rotation_days" {
  description = "Days between rotations of the key material"
  type        = number
  default     = 365

  validation {
    condition     = var.rotation_days >= 90 && var.rotation_days <= 365
    error_message = "rotation_days is 90 to 365."
  }
}

variable "signing" {
  description = "Whether there is a key that signs the ledger's checkpoints"
  type        = bool
  default     = true
}

variable "signing_spec" {
  description = "Kind of the signing key"
  type        = string
  default     = "ECC_NIST_P256"

  validation {
    condition     = var.signing_spec == "ECC_NIST_P256"
    error_message = "signing_spec is ECC_NIST_P256, the kind that the service signs and verifies with."
  }
}
