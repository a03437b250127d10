variable "name" {
  description = "Prefix of everything the module makes"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name is 3 to 24 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or digit."
  }
}

variable "cidr" {
  description = "Private IPv4 range of the VPC, /16 to /20"
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false)
    error_message = "cidr is an IPv4 range that begins at its own first address, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr is between /16 (the most a VPC takes) and /20 (the least that leaves a load balancer its 27 bits in each zone)."
  }

  validation {
    condition     = can(regex("^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.)", var.cidr))
    error_message = "cidr lies in a private range: 10/8, 172.16/12, 192.168/16 or 100.64/10."
  }
}

variable "zones" {
  description = "Names of two or three availability zones, such as eu-west-2a. Append when adding one: the order fixes the addresses"
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 3 && length(distinct(var.zones)) == length(var.zones)
    error_message = "zones names two or three different availability zones."
  }

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "zones are names of availability zones, such as eu-west-2a; local and wavelength zones are none."
  }
}

variable "egress" {
  description = "The private subnets' way out: nat (one gateway), nat-per-zone, endpoints (AWS only, no internet) or none (S3 and DynamoDB only)"
  type        = string
  default     = "nat"

  validation {
    condition     = contains(["nat", "nat-per-zone", "endpoints", "none"], var.egress)
    error_message = "egress is nat, nat-per-zone, endpoints or none."
  }
}

variable "interface_endpoints" {
  description = "Services reached by interface endpoint when egress is endpoints: at least the complete set, more if wanted (EKS needs ec2, eks, eks-auth, elasticloadbalancing)"
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssm", "monitoring"]

  validation {
    condition = var.egress != "endpoints" || length(setsubtract(
      ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssm", "monitoring"], var.interface_endpoints
    )) == 0
    error_message = "Without a NAT gateway a task starts only with the complete set: ecr.api, ecr.dkr, logs, secretsmanager, kms, sts, ssm, monitoring. Add what is missing."
  }

  validation {
    condition     = length(setintersection(var.interface_endpoints, ["s3", "dynamodb"])) == 0
    error_message = "S3 and DynamoDB have gateway endpoints, which cost nothing; take them out of interface_endpoints."
  }
}

variable "subnets" {
  description = "Explicit IPv4 ranges, one a zone and tier, in the order of zones. Computed from cidr when null"
  type = object({
    public  = list(string)
    private = list(string)
    data    = list(string)
  })
  default = null

  validation {
    condition     = alltrue([for tier in try(values(var.subnets), []) : length(tier) == length(var.zones)])
    error_message = "subnets has one range a zone in each of public, private and data."
  }

  validation {
    condition     = alltrue([for range in flatten(try(values(var.subnets), [])) : try(cidrsubnet(range, 0, 0) == range, false)])
    error_message = "subnets are IPv4 ranges that begin at their own first address, such as 10.20.0.0/20."
  }

  validation {
    condition = alltrue([
      for range in flatten(try(values(var.subnets), [])) : try(
        tonumber(split("/", range)[1]) >= tonumber(split("/", var.cidr)[1]) &&
        cidrsubnet("${split("/", range)[0]}/${split("/", var.cidr)[1]}", 0, 0) == var.cidr,
      false)
    ])
    error_message = "Every subnet lies inside cidr."
  }

  validation {
    # Two ranges overlap when, cut to the shorter of their prefixes, they are the same.
    condition = alltrue(flatten([
      for i, one in flatten(try(values(var.subnets), [])) : [
        for j, other in flatten(try(values(var.subnets), [])) : try(
          cidrsubnet("${split("/", one)[0]}/${min(split("/", one)[1], split("/", other)[1])}", 0, 0) !=
          cidrsubnet("${split("/", other)[0]}/${min(split("/", one)[1], split("/", other)[1])}", 0, 0),
        false) if j > i
      ]
    ]))
    error_message = "Subnets overlap: give each a range of its own."
  }
}

variable "logs_key_arn" {
  description = "Key that encrypts the flow logs"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_key_arn))
    error_message = "logs_key_arn is the ARN of a KMS key."
  }
}

variable "flow_log_retention_days" {
  description = "Days that flow logs are kept"
  type        = number
  default     = 90

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827], var.flow_log_retention_days)
    error_message = "flow_log_retention_days is one that CloudWatch Logs knows, at least 30: 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827."
  }
}

variable "ipv6" {
  description = "Whether public and private subnets have IPv6 too"
  type        = bool
  default     = true
}

variable "readable_buckets" {
  description = "Names of other accounts' buckets that may be read through the S3 endpoint, such as a mirror of packages"
  type        = set(string)
  default     = []
}

variable "boundary_arn" {
  description = "Permissions boundary of the flow logs' role"
  type        = string
  default     = null
}
