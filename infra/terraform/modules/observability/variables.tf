variable "name" {
  description = "Prefix of everything the module makes, such as plimsoll-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Use 3 to 24 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash."
  }
}

variable "key_arn" {
  description = "Key that encrypts what passes through the topic; its policy must let CloudWatch, EventBridge and AWS Backup use it"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the ARN of a KMS key, not an alias: arn:aws:kms:…:key/…."
  }
}

variable "email" {
  description = "Addresses that are told of alarms; each has to confirm once"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.email : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", address))])
    error_message = "Each entry must be an e-mail address."
  }

  validation {
    condition     = length(distinct(var.email)) == length(var.email)
    error_message = "An address is there twice."
  }
}

variable "publishers" {
  description = "AWS services that may publish to the topic for this account"
  type        = set(string)
  default     = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "backup.amazonaws.com"]

  validation {
    condition     = contains(var.publishers, "cloudwatch.amazonaws.com") && alltrue([for service in var.publishers : endswith(service, ".amazonaws.com")])
    error_message = "Each entry must be a service such as cloudwatch.amazonaws.com, and that one must be among them or alarms tell nobody."
  }
}

variable "log_groups" {
  description = "Further log groups to make, by name, with the days their lines are kept"
  type        = map(number)
  default     = {}

  validation {
    condition = alltrue([for days in values(var.log_groups) : contains(
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], days)])
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "log_key_arn" {
  description = "Key of the further log groups"
  type        = string
  default     = null

  validation {
    condition     = length(var.log_groups) == 0 || var.log_key_arn != null
    error_message = "Log groups need a key: set log_key_arn."
  }
}

variable "services" {
  description = "Services that are watched. Give cluster and service as the names they will have, not as outputs of the service, or a service that rolls back on these alarms waits for itself"
  type = map(object({
    platform                 = optional(string, "ecs")
    cluster                  = string
    service                  = string
    balanced                 = optional(bool, true)
    target_group_arn_suffix  = optional(string)
    load_balancer_arn_suffix = optional(string)
    log_group                = string
    minimum                  = optional(number, 2)
    latency_p95_seconds      = optional(number, 0.5)
    error_percent            = optional(number, 1)
    errors_logged            = optional(number, 10)
  }))
  default = {}

  validation {
    condition     = alltrue([for service in values(var.services) : contains(["ecs", "eks"], service.platform)])
    error_message = "The platform of a service is ecs or eks."
  }

  validation {
    condition     = alltrue([for key in keys(var.services) : can(regex("^[a-z][a-z0-9-]{0,15}$", key))])
    error_message = "Call a service by up to 16 lower-case letters, digits and dashes, such as api."
  }

  validation {
    condition = alltrue([for service in values(var.services) :
      !service.balanced || (service.target_group_arn_suffix != null && service.load_balancer_arn_suffix != null)
    ])
    error_message = "A service behind the load balancer needs target_group_arn_suffix and load_balancer_arn_suffix; set balanced = false for one that is not."
  }

  validation {
    condition     = alltrue([for service in values(var.services) : service.error_percent > 0 && service.error_percent < 100 && service.latency_p95_seconds > 0])
    error_message = "error_percent lies between 0 and 100, latency_p95_seconds above 0."
  }
}

variable "database" {
  description = "Aurora cluster that is watched. connections is near the most that the cluster takes: about 1,600 with 8 ACU"
  type = object({
    cluster_id  = string
    serverless  = optional(bool, true)
    connections = optional(number, 1300)
    readers     = optional(bool, true)
  })
  default = null
}

variable "cache" {
  description = "Valkey replication group that is watched, with how many nodes it has"
  type = object({
    replication_group_id = string
    nodes                = optional(number, 2)
  })
  default = null

  validation {
    condition     = var.cache == null || try(var.cache.nodes >= 1 && var.cache.nodes <= 6, false)
    error_message = "A replication group has 1 to 6 nodes."
  }
}

variable "tables" {
  description = "DynamoDB tables that are watched, by a short name of your choice"
  type        = map(string)
  default     = {}
}

variable "edge" {
  description = "CloudFront distribution that is watched, and the key of the topic in us-east-1 that its alarms tell"
  type = object({
    distribution_id = string
    key_arn         = string
  })
  default = null

  validation {
    condition     = var.edge == null || can(regex("^arn:[a-z-]+:kms:us-east-1:[0-9]{12}:key/", var.edge.key_arn))
    error_message = "The topic beside CloudFront needs a key of us-east-1: arn:aws:kms:us-east-1:…:key/…."
  }
}

variable "certificate_arns" {
  description = "Certificates of this region whose end is watched, by a short name of your choice"
  type        = map(string)
  default     = {}
}

variable "edge_certificate_arns" {
  description = "Certificates of us-east-1 whose end is watched, by a short name of your choice"
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.edge_certificate_arns) == 0 || var.edge != null
    error_message = "Certificates in us-east-1 are told of through the topic there: set edge."
  }
}

variable "application" {
  description = "Where the application's own metrics arrive, and the population stability index above which applicants have shifted"
  type = object({
    namespace  = optional(string, "Plimsoll")
    psi_metric = optional(string, "plimsoll_score_psi")
    dimensions = optional(map(string), {})
    psi_limit  = optional(number, 0.25)
  })
  default = null

  validation {
    condition     = var.application == null || try(var.application.psi_limit > 0 && var.application.psi_limit <= 1, false)
    error_message = "A limit of the stability index lies above 0; 0.10 is a shift to look into, 0.25 a shift to act on."
  }

  validation {
    condition     = var.application == null || try(!startswith(var.application.namespace, "AWS/"), false)
    error_message = "Namespaces that begin with AWS/ are those of AWS itself."
  }
}
