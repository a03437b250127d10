variable "name" {
  description = "Prefix of the roles and policies, and of everything they may touch"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "repository" {
  description = "Repository on GitHub whose workflows may take the roles, as owner/repository"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is owner/repository, one and without a star."
  }
}

variable "subject_prefix" {
  description = "What the subject of a token begins with; repo:owner/repository when null. Repositories made after mid-2026 have numbers in it: look at the sub claim of a token, or ask GitHub's API for the repository's subject"
  type        = string
  default     = null

  validation {
    condition     = var.subject_prefix == null || can(regex("^repo:[A-Za-z0-9@._/-]+$", var.subject_prefix))
    error_message = "subject_prefix begins with repo: and has no star, question mark or further colon: it names one repository."
  }
}

variable "environments" {
  description = "Environments of the repository, one a role. Protect them there: reviewers and branches are what stands between a pull request and apply"
  type = object({
    plan   = optional(string, "plan")
    apply  = optional(string, "infrastructure")
    push   = optional(string, "images")
    deploy = optional(string, "production")
  })
  default = {}

  validation {
    condition     = alltrue([for environment in values(var.environments) : can(regex("^[A-Za-z0-9_-]+$", environment))])
    error_message = "environments are names of letters, digits, hyphens and underscores, without a star."
  }

  validation {
    condition     = length(distinct(values(var.environments))) == 4
    error_message = "Each role has an environment of its own, or planning could apply."
  }
}

variable "provider_arn" {
  description = "GitHub's OIDC provider, when the account has it already (an account has one). Made when null"
  type        = string
  default     = null

  validation {
    condition     = var.provider_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.provider_arn))
    error_message = "provider_arn is the ARN of the provider token.actions.githubusercontent.com."
  }
}

variable "state_bucket_arn" {
  description = "Bucket of the states"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", var.state_bucket_arn))
    error_message = "state_bucket_arn is the ARN of a bucket."
  }
}

variable "state_key_arn" {
  description = "Key that encrypts the states"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.state_key_arn))
    error_message = "state_key_arn is the ARN of a KMS key."
  }
}

variable "states" {
  description = "Keys of the states that the roles may use; bootstrap's own is none of them"
  type        = set(string)
  default     = ["demo", "eks", "fargate"]

  validation {
    condition     = length(var.states) > 0 && alltrue([for state in var.states : can(regex("^[a-z0-9-]+$", state)) && state != "bootstrap"])
    error_message = "states are names of stacks, such as fargate. Bootstrap is applied by people: its state would let a role widen itself."
  }
}

variable "repository_arns" {
  description = "Image repositories that may be pushed to and deployed from"
  type        = list(string)

  validation {
    condition     = length(var.repository_arns) > 0 && alltrue([for arn in var.repository_arns : can(regex("^arn:aws[a-z-]*:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*]+$", arn))])
    error_message = "repository_arns are ARNs of ECR repositories, without a star."
  }
}

variable "resource_pattern" {
  description = "What the names of the stacks' resources look like; <name>-* when null"
  type        = string
  default     = null

  validation {
    condition     = var.resource_pattern == null || can(regex("^[a-z][a-z0-9-]{2,}\\*?$", var.resource_pattern))
    error_message = "resource_pattern begins with at least three characters before its star."
  }
}

variable "cluster_pattern" {
  description = "Clusters that may be deployed to; the resource pattern when null"
  type        = string
  default     = null
}

variable "service_pattern" {
  description = "Services in those clusters that may be deployed; all of them when null"
  type        = string
  default     = null
}

variable "pass_role_arns" {
  description = "Task roles that a deployment may hand to ECS; the task and execution roles of the resource pattern when empty"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.pass_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-z][a-z0-9/-]{2,}", arn))])
    error_message = "pass_role_arns are ARNs of roles; a star comes after at least three characters of the name."
  }
}

variable "asset_buckets" {
  description = "Buckets that deployment writes the console's static files to, names or patterns; those of the resource pattern when null"
  type        = set(string)
  default     = null

  validation {
    condition     = alltrue([for bucket in coalesce(var.asset_buckets, []) : can(regex("^[a-z][a-z0-9-]{2,}", bucket))])
    error_message = "asset_buckets begin with at least three characters before a star."
  }
}

variable "plan_reads_secrets" {
  description = "Whether plan may read the values of the stacks' secrets, which this provider does to refresh them. Without, a plan of a stack with secrets needs -refresh=false"
  type        = bool
  default     = true
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

variable "boundary" {
  description = "An organisation's own permissions boundary for these four roles. Roles that apply makes carry the module's boundary in any case"
  type        = string
  default     = null
}

variable "boundary_actions" {
  description = "Further actions that the boundary lets roles have"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.boundary_actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action)) && !can(regex("^(iam|organizations|account):", action))])
    error_message = "boundary_actions are single actions, without a star, and none of iam, organizations or account."
  }
}

variable "regions" {
  description = "Regions that apply may build in; the provider's when empty. us-east-1 is always among them, for the edge lives there"
  type        = set(string)
  default     = []
}

variable "guarded_bucket_arns" {
  description = "Further buckets that apply may not loosen, such as the trail's"
  type        = set(string)
  default     = []
}

variable "guarded_key_arns" {
  description = "Further keys that apply may not disable or delete, such as the trail's and the images'"
  type        = set(string)
  default     = []
}
