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
  description = "KMS key of the secrets"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "secrets" {
  description = "Secrets by the last part of their name: what each is, and the members of its JSON object"
  type = map(object({
    description = string
    keys        = list(string)
  }))

  validation {
    condition     = length(var.secrets) > 0 && alltrue([for secret in keys(var.secrets) : can(regex("^[a-z][a-z0-9-]{0,62}$", secret))])
    error_message = "Give at least one secret; a name is lower-case letters, digits and hyphens. It must not end as AWS ends an ARN (a hyphen and six characters) if a shorter one is there too."
  }

  validation {
    condition     = alltrue([for secret in values(var.secrets) : length(secret.description) > 0 && length(secret.keys) > 0 && length(secret.keys) == length(distinct(secret.keys))])
    error_message = "Every secret has a description and at least one member, none twice."
  }
}

variable "values" {
  description = "Values by the name of their secret, each a JSON object with the members that the secret names; never kept"
  type        = map(string)
  default     = {}
  ephemeral   = true

  validation {
    condition = alltrue([
      for secret, value in var.values : try(
        toset(keys(jsondecode(value))) == toset(var.secrets[secret].keys) && alltrue([for part in values(jsondecode(value)) : try(length(tostring(part)) > 0, false)]),
        false,
      )
    ])
    error_message = "Each value is a JSON object with just the members that its secret names, none of them empty."
  }
}

variable "value_version" {
  description = "Number of the value by the name of its secret; a new number writes the value that is given"
  type        = map(number)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.value_version), keys(var.secrets))) == 0
    error_message = "There is no secret of that name."
  }

  validation {
    condition     = alltrue([for number in values(var.value_version) : number >= 1 && floor(number) == number])
    error_message = "Count from 1 in whole numbers."
  }
}

variable "recovery_window_days" {
  description = "Days for which a deleted secret can be had back; 0 deletes at once"
  type        = number
  default     = 30

  validation {
    condition     = var.recovery_window_days == 0 || (var.recovery_window_days >= 7 && var.recovery_window_days <= 30)
    error_message = "Give 7 to 30 days, or 0."
  }

  validation {
    condition     = !var.production || var.recovery_window_days >= 7
    error_message = "A production secret can be had back for at least 7 days."
  }
}

variable "rotation" {
  description = "Function that rotates a secret and the days between two turns, by the name of the secret"
  type = map(object({
    lambda_arn = string
    days       = optional(number, 30)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.rotation), keys(var.secrets))) == 0
    error_message = "There is no secret of that name."
  }

  validation {
    condition     = alltrue([for turn in values(var.rotation) : turn.days >= 1 && turn.days <= 90])
    error_message = "Rotate every 1 to 90 days. A recovery window is not rotation."
  }

  validation {
    condition     = alltrue([for turn in values(var.rotation) : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:", turn.lambda_arn))])
    error_message = "Give the full ARN of the function."
  }
}

variable "readers" {
  description = "Roles that may read the secrets; with any given, nobody else may, whatever their own policy says"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for reader in var.readers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[^*?]+$", reader))])
    error_message = "Give full ARNs of roles, without a pattern."
  }
}

variable "keepers" {
  description = "Roles that may read besides: those that Terraform runs as, which reads back what it wrote, and those of rotation"
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.readers) == 0 || length(var.keepers) > 0
    error_message = "With readers, name the roles that Terraform runs as too: it reads a version back on every plan, and would be locked out."
  }

  validation {
    condition     = alltrue([for keeper in var.keepers : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[^*?]+$", keeper))])
    error_message = "Give full ARNs of roles or users, without a pattern."
  }
}
