variable "name" {
  description = "Prefix of everything the module makes"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name takes 3 to 24 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }
}

variable "production" {
  description = "Keeps deletion protection from being turned off"
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "VPC of the balancer"
  type        = string
}

variable "vpc_cidr" {
  description = "Addresses of the VPC, admitted with admit_vpc"
  type        = string

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && !endswith(var.vpc_cidr, "/0")
    error_message = "vpc_cidr is an IPv4 range such as 10.20.0.0/16, and never all addresses."
  }
}

variable "admit_vpc" {
  description = "Whether callers inside the VPC reach the balancer past CloudFront, for probes; with a prefix list they need the secret header too"
  type        = bool
  default     = false
}

variable "subnet_ids" {
  description = "Private subnets with mode vpc-origin, public ones with prefix-list; two zones at least"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two zones at least."
  }
}

variable "mode" {
  description = "How CloudFront gets in: vpc-origin (internal balancer) or prefix-list (public balancer, CloudFront's addresses and a secret header)"
  type        = string
  default     = "vpc-origin"

  validation {
    condition     = contains(["vpc-origin", "prefix-list"], var.mode)
    error_message = "mode is vpc-origin or prefix-list."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of the balancer, in its own region, for the name that CloudFront calls it by"
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:acm:[^:]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn is the ARN of an ACM certificate: the balancer speaks HTTPS only."
  }
}

variable "origin_header" {
  description = "Name of the header that carries the secret with mode prefix-list"
  type        = string
  default     = "X-Origin-Verify"
}

variable "origin_secret" {
  description = "Values of the secret header that are accepted with mode prefix-list; two while it is rotated, the new one first"
  type        = list(string)
  default     = []
  sensitive   = true

  validation {
    condition     = var.mode == "prefix-list" ? contains([1, 2], length(var.origin_secret)) : length(var.origin_secret) == 0
    error_message = "Mode prefix-list needs one value of the secret header, or two while it is rotated; mode vpc-origin needs none."
  }

  validation {
    # 32 random characters can't be guessed; * and ? are wildcards in a listener's rule.
    condition     = alltrue([for value in var.origin_secret : can(regex("^[A-Za-z0-9_-]{32,128}$", value))])
    error_message = "A value of the secret header takes 32 to 128 letters, digits, hyphens and underscores."
  }
}

variable "log_bucket" {
  description = "Name of the bucket that takes the access logs; it must admit ELB's log delivery under log_prefix"
  type        = string
}

variable "log_prefix" {
  description = "Prefix of the access logs in the bucket"
  type        = string
  default     = "alb"

  validation {
    condition     = var.log_prefix != "" && !startswith(var.log_prefix, "/") && !endswith(var.log_prefix, "/")
    error_message = "log_prefix is not empty and has no slash at its ends."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the balancer"
  type        = bool
  default     = true

  validation {
    condition     = var.deletion_protection || !var.production
    error_message = "In production the balancer keeps its deletion protection: set production = false first."
  }
}

variable "idle_timeout" {
  description = "Seconds a connection is kept without data; shorter than the service's 75, so that the balancer never writes to a closed connection"
  type        = number
  default     = 60

  validation {
    condition     = var.idle_timeout >= 31 && var.idle_timeout < 75
    error_message = "idle_timeout lies between the service's time for a request (30) and the time it keeps a connection (75)."
  }
}
