variable "name" {
  description = "Prefix of everything the stack makes"
  type        = string
  default     = "plimsoll-demo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name takes 3 to 24 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }
}

variable "region" {
  description = "Region, one of those that prices.tf has prices of"
  type        = string
  default     = "eu-west-2"

  validation {
    condition     = contains(["us-east-1", "eu-west-2"], var.region)
    error_message = "region is us-east-1 or eu-west-2: for another one, add its prices to prices.tf and its name here."
  }
}

variable "image" {
  description = "Image of Plimsoll by digest, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image names its digest (repository@sha256:64 hexadecimal digits)."
  }
}

variable "callers" {
  description = "Who may call: a name for each IPv4 range, such as { office = \"192.0.2.10/32\" }"
  type        = map(string)

  validation {
    condition     = length(var.callers) > 0
    error_message = "callers names one range at least; `curl -s https://checkip.amazonaws.com` prints your own address."
  }

  validation {
    # /16 is 65,536 addresses: a company's network, not a provider's.
    condition     = alltrue([for cidr in values(var.callers) : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 16, false)])
    error_message = "callers are IPv4 ranges of /16 or narrower: there is no TLS and no load balancer here, so 0.0.0.0/0 is refused."
  }

  validation {
    condition     = alltrue([for name in keys(var.callers) : can(regex("^[a-z0-9-]{1,32}$", name))])
    error_message = "A caller's name takes lower-case letters, digits and hyphens."
  }
}

variable "architecture" {
  description = "Processor of the task, ARM64 (cheaper) or X86_64; the image must be built for it"
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture is ARM64 or X86_64."
  }
}

variable "spot" {
  description = "Whether the task runs on Fargate Spot: cheaper, and gone with its data whenever AWS wants the machine"
  type        = bool
  default     = false
}

variable "cpu" {
  description = "Processor units of the task, 1024 a vCPU"
  type        = number
  default     = 256
}

variable "memory" {
  description = "MiB of the task"
  type        = number
  default     = 512
}

variable "log_retention_days" {
  description = "Days that log lines are kept"
  type        = number
  default     = 14
}

variable "log_gb_per_month" {
  description = "GB of log lines a month, for the cost only"
  type        = number
  default     = 0.1

  validation {
    condition     = var.log_gb_per_month >= 0
    error_message = "log_gb_per_month is 0 or more."
  }
}

variable "hours_per_month" {
  description = "Hours that the task runs a month, for the cost only; 730 is always"
  type        = number
  default     = 730

  validation {
    condition     = var.hours_per_month > 0 && var.hours_per_month <= 744
    error_message = "hours_per_month is 744 at most."
  }
}
