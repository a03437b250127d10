variable "name" {
  description = "Prefix of the repositories"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "key_arn" {
  description = "Key that encrypts the images"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "keep" {
  description = "How many tagged images a repository keeps"
  type        = number
  default     = 50

  validation {
    condition     = var.keep >= 10 && var.keep <= 1000 && floor(var.keep) == var.keep
    error_message = "keep is 10 to 1000: with fewer, the image that a rollback needs may be gone."
  }
}

variable "repositories" {
  description = "Repositories, each named prefix/repository"
  type        = set(string)
  default     = ["plimsoll"]

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for repository in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", repository))])
    error_message = "repositories are lower-case names, such as plimsoll, at least one."
  }
}

variable "untagged_days" {
  description = "Days that an image without a tag stays"
  type        = number
  default     = 14

  validation {
    condition     = var.untagged_days >= 1 && var.untagged_days <= 90
    error_message = "untagged_days is 1 to 90."
  }
}
