variable "name" {
  description = "Prefix of the bucket; the account's number follows, for names of buckets are everybody's"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "key_arn" {
  description = "Key that encrypts the state"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "production" {
  description = "Whether protections may not be turned off"
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether the bucket may be destroyed with the states in it"
  type        = bool
  default     = false

  validation {
    condition     = !(var.production && var.force_destroy)
    error_message = "In production the bucket of states cannot be destroyed with what is in it. Empty it by hand first, or set production to false."
  }
}

variable "versions_days" {
  description = "Days that an overwritten version of a state stays"
  type        = number
  default     = 365

  validation {
    condition     = var.versions_days >= 30
    error_message = "versions_days is at least 30: an old version is the only way back from a damaged state."
  }
}

variable "log_bucket" {
  description = "Bucket for access logs. Without one the account's trail records the accesses"
  type        = string
  default     = null
}
