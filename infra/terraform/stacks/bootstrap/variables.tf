variable "region" {
  description = "Region of the states, the images and the trail"
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is the name of an AWS region, such as eu-west-2."
  }
}

variable "name" {
  description = "Prefix of everything in the account that is Plimsoll's; the stacks' own names begin with it and a hyphen"
  type        = string
  default     = "plimsoll"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "production" {
  description = "Whether protections may not be turned off. False only for an account that is thrown away"
  type        = bool
  default     = true
}

variable "tags" {
  description = "Further tags on everything, such as an owner or a cost centre"
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.tags), ["Project", "Stack", "Environment", "ManagedBy"])) == 0
    error_message = "Project, Stack, Environment and ManagedBy are the stack's own tags."
  }
}

variable "repository" {
  description = "Repository on GitHub that delivers, as owner/repository"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is owner/repository, one and without a star."
  }
}

variable "subject_prefix" {
  description = "What the subject of the repository's tokens begins with, where it is not repo:owner/repository"
  type        = string
  default     = null
}

variable "environments" {
  description = "Environments of the repository, one a role"
  type = object({
    plan   = optional(string, "plan")
    apply  = optional(string, "infrastructure")
    push   = optional(string, "images")
    deploy = optional(string, "production")
  })
  default = {}
}

variable "github_provider_arn" {
  description = "GitHub's OIDC provider, where the account has one already"
  type        = string
  default     = null
}

variable "regions" {
  description = "Further regions that stacks are built in"
  type        = set(string)
  default     = []
}

variable "states" {
  description = "Stacks that GitHub may plan and apply; bootstrap is none of them"
  type        = set(string)
  default     = ["demo", "eks", "fargate"]
}

variable "asset_buckets" {
  description = "Buckets that a deployment writes the console's static files to; those that the stacks make when null"
  type        = set(string)
  default     = null
}

variable "plan_reads_secrets" {
  description = "Whether the role plan may read the values of the stacks' secrets, which the provider does to refresh them"
  type        = bool
  default     = true
}

variable "repositories" {
  description = "Image repositories"
  type        = set(string)
  default     = ["plimsoll"]
}

variable "images_kept" {
  description = "How many images a repository keeps"
  type        = number
  default     = 50
}

variable "boundary_actions" {
  description = "Further actions that the boundary lets the stacks' roles have"
  type        = set(string)
  default     = []
}

variable "parameter_prefix" {
  description = "Prefix of the SSM parameters by which stacks find each other"
  type        = string
  default     = "/plimsoll"

  validation {
    condition     = can(regex("^(/[a-z0-9-]+)+$", var.parameter_prefix))
    error_message = "parameter_prefix begins with a slash and ends without one."
  }
}

variable "guards" {
  description = "Guards of the account. Turn one off only where the organisation has it already"
  type = object({
    public_access_block = optional(bool, true)
    ebs_encryption      = optional(bool, true)
    password_policy     = optional(bool, true)
    access_analyzer     = optional(bool, true)
    trail               = optional(bool, true)
  })
  default = {}
}

variable "trail_days" {
  description = "Days that the trail's files are kept"
  type        = number
  default     = 760

  validation {
    condition     = var.trail_days >= 365
    error_message = "trail_days is at least 365."
  }

  validation {
    condition     = !var.production || var.trail_days >= 760
    error_message = "In production the trail is kept as long as the decisions that it bears witness to: 760 days, 25 months."
  }
}

variable "force_destroy" {
  description = "Whether the buckets of states and trail may be destroyed with what is in them"
  type        = bool
  default     = false

  validation {
    condition     = !(var.production && var.force_destroy)
    error_message = "In production neither states nor the trail can be destroyed with their bucket."
  }
}
