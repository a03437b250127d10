variable "name" {
  description = "Prefix of everything the module makes, such as plimsoll-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Use 3 to 24 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash."
  }
}

variable "key_arn" {
  description = "Key that encrypts what passes through the topic; its policy must let AWS Budgets and Cost Anomaly Detection use it"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the ARN of a KMS key, not an alias: arn:aws:kms:…:key/…."
  }
}

variable "emails" {
  description = "Addresses that budgets and the daily report of anomalies are sent to, without having to confirm"
  type        = list(string)

  validation {
    condition     = length(var.emails) >= 1 && length(var.emails) <= 10 && length(distinct(var.emails)) == length(var.emails)
    error_message = "A budget tells 1 to 10 different addresses."
  }

  validation {
    condition     = alltrue([for address in var.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", address))])
    error_message = "Each entry must be an e-mail address."
  }
}

variable "monthly_limit_usd" {
  description = "What a month may cost in all, in US dollars"
  type        = number

  validation {
    condition     = var.monthly_limit_usd > 0
    error_message = "A budget of nothing alarms at once: give the dollars a month may cost."
  }
}

variable "services" {
  description = "What a month of single services may cost, in US dollars, by the service's name on the bill"
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.services) : contains(local.billing_names, name)])
    error_message = "Not a name that AWS bills by, so its budget would always read 0: ${join(", ", [for name in keys(var.services) : name if !contains(local.billing_names, name)])}. The names are in names.tf: S3 is \"Amazon Simple Storage Service\", CloudWatch \"AmazonCloudWatch\"."
  }

  validation {
    condition     = alltrue([for limit in values(var.services) : limit > 0 && limit <= var.monthly_limit_usd])
    error_message = "A service's limit lies above 0 and not above that of the whole month."
  }
}

variable "tag" {
  description = "Tag that costs are narrowed to, where other things are in the account; it must be active as a cost allocation tag, or the budgets read 0"
  type = object({
    key   = string
    value = string
  })
  default = null

  validation {
    condition     = var.tag == null || try(!strcontains(var.tag.key, "$") && length(var.tag.key) > 0 && length(var.tag.value) > 0, false)
    error_message = "A tag has a key and a value, and no dollar sign in its key: Budgets separates the two by it."
  }
}

variable "activate_tags" {
  description = "Tags to make active for cost allocation; AWS accepts only those it has seen on a bill, about a day after their first use"
  type        = set(string)
  default     = []
}

variable "anomaly_threshold_usd" {
  description = "Dollars above what was expected from which an anomaly is told of"
  type        = number
  default     = 20

  validation {
    condition     = var.anomaly_threshold_usd >= 20
    error_message = "Below 20 USD ordinary days are told as anomalies."
  }
}

variable "monitor_arn" {
  description = "Anomaly monitor of services that the account has already: AWS makes one in new accounts, and allows no second"
  type        = string
  default     = null

  validation {
    condition     = var.monitor_arn == null || can(regex("^arn:[a-z-]+:ce::[0-9]{12}:anomalymonitor/", var.monitor_arn))
    error_message = "A monitor's ARN is arn:aws:ce::<account>:anomalymonitor/…."
  }
}

variable "export" {
  description = "Where the bill is exported to, for queries: a bucket whose policy lets Data Exports write, its region, and a prefix"
  type = object({
    bucket = string
    region = string
    prefix = optional(string, "bill")
  })
  default = null

  validation {
    condition     = var.export == null || try(can(regex("^[a-z0-9][a-z0-9/_-]*[a-z0-9]$", var.export.prefix)), false)
    error_message = "The prefix is a path of lower-case letters, digits, dashes and underscores, without a slash at its ends."
  }
}
