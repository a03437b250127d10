variable "name" {
  description = "Prefix of everything the module makes"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name takes 3 to 24 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }
}

variable "production" {
  description = "Keeps the bucket of assets from being emptied by destroy, and asks for a name and a certificate"
  type        = bool
  default     = true
}

variable "origin" {
  description = "The load balancer: how it is reached (vpc-origin or prefix-list), its ARN and names, and the domain that its certificate is for"
  type = object({
    mode                   = optional(string, "vpc-origin")
    load_balancer_arn      = string
    load_balancer_dns_name = string
    load_balancer_zone_id  = optional(string)
    domain                 = string
  })

  validation {
    condition     = contains(["vpc-origin", "prefix-list"], var.origin.mode)
    error_message = "mode of origin is vpc-origin or prefix-list, as the load balancer's."
  }

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.origin.domain)) && !endswith(var.origin.domain, ".elb.amazonaws.com")
    error_message = "domain of origin is a name that the load balancer's certificate holds; AWS's own name of it never is one."
  }
}

variable "origin_header" {
  description = "Name of the header that carries the secret with mode prefix-list"
  type        = string
  default     = "X-Origin-Verify"
}

variable "origin_secret" {
  description = "Value of the secret header with mode prefix-list: the first of those that the load balancer accepts"
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.origin.mode == "prefix-list" ? var.origin_secret != null : var.origin_secret == null
    error_message = "Mode prefix-list needs origin_secret; mode vpc-origin needs none."
  }
}

variable "domain_names" {
  description = "Names that the world calls, the certificate's first; without one there is only CloudFront's own name"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.domain_names : can(regex("^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+$", name))])
    error_message = "domain_names are such as scores.example.com."
  }

  validation {
    condition     = !var.production || length(var.domain_names) > 0
    error_message = "Production needs a name of its own: CloudFront's certificate lets clients speak TLS 1.0."
  }
}

variable "zone_id" {
  description = "Route 53 zone of the names; null where they live elsewhere"
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "ACM certificate of the names, in us-east-1; without it one is made in the zone"
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null ? true : can(regex("^arn:[^:]+:acm:us-east-1:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "CloudFront takes certificates of us-east-1 only."
  }

  validation {
    condition     = length(var.domain_names) == 0 || var.create_certificate != null || var.certificate_arn != null || var.zone_id != null
    error_message = "Names need certificate_arn, or zone_id so that a certificate can be made."
  }
}

variable "create_certificate" {
  description = "Whether the certificate is made here; to be said where certificate_arn is only known while applying"
  type        = bool
  default     = null
}

variable "create_records" {
  description = "Whether the records are made here; to be said where zone_id is only known while applying"
  type        = bool
  default     = null
}

variable "log_bucket" {
  description = "Name of the bucket that takes access logs; it must admit delivery.logs.amazonaws.com and logging.s3.amazonaws.com"
  type        = string
}

variable "price_class" {
  description = "Which of CloudFront's places answer: PriceClass_100 (Europe, North America), PriceClass_200 or PriceClass_All"
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class is PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "countries" {
  description = "Countries that may call, by two letters; empty is all"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for country in var.countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "countries are ISO 3166 codes of two capital letters, such as GB."
  }
}

variable "hsts_subdomains" {
  description = "Whether browsers shall speak HTTPS only to all subdomains of the names too"
  type        = bool
  default     = false
}

variable "rate_limit" {
  description = "Requests of one address in five minutes, beyond which it is blocked"
  type        = number
  default     = 10000

  validation {
    condition     = var.rate_limit >= 10 && var.rate_limit <= 2000000000
    error_message = "rate_limit is 10 at least."
  }
}

variable "unlimited_cidrs" {
  description = "IPv4 ranges that the rate rule does not count, such as the address that the lender's own systems call from"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.unlimited_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "unlimited_cidrs are IPv4 ranges such as 192.0.2.10/32, and never all addresses."
  }
}

variable "counted_rules" {
  description = "Rules of the common set that count and do not block; files of batches are longer than SizeRestrictions_BODY takes"
  type        = set(string)
  default     = ["SizeRestrictions_BODY"]
}

variable "firewall_log_retention_days" {
  description = "Days that the firewall's log is kept"
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.firewall_log_retention_days)
    error_message = "firewall_log_retention_days is one of CloudWatch's steps, such as 30, 90, 365 or 400."
  }
}
