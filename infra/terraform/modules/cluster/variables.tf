variable "name" {
  description = "Name of the cluster and prefix of everything else the module makes, such as plimsoll-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Use 3 to 24 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash."
  }
}

variable "production" {
  description = "Keeps protections from being turned off"
  type        = bool
  default     = true
}

variable "kubernetes_version" {
  description = "Version of Kubernetes; AWS supports one for 14 months, and charges six times as much for it after that"
  type        = string
  default     = "1.33"

  validation {
    condition     = can(regex("^1[.](3[1-9]|[4-9][0-9])$", var.kubernetes_version))
    error_message = "Give a version such as 1.33, not below 1.31."
  }
}

variable "vpc_id" {
  description = "VPC of the cluster"
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets, one a zone, for nodes and pods"
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "EKS needs subnets in two zones at least."
  }
}

variable "key_arn" {
  description = "Key that Kubernetes secrets are encrypted with"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the ARN of a KMS key, not an alias: arn:aws:kms:…:key/…."
  }
}

variable "logs_key_arn" {
  description = "Key of the log groups"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.logs_key_arn))
    error_message = "Give the ARN of a KMS key, not an alias: arn:aws:kms:…:key/…."
  }
}

variable "disk_key_arn" {
  description = "Key of the nodes' disks; its policy must let the service-linked role of Auto Scaling use it and give grants on it, or nodes do not start"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.disk_key_arn))
    error_message = "Give the ARN of a KMS key, not an alias: arn:aws:kms:…:key/…."
  }
}

variable "log_retention_days" {
  description = "Days that the logs of the control plane and of pods are kept"
  type        = number
  default     = 400

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }

  validation {
    condition     = !var.production || var.log_retention_days >= 365
    error_message = "In production logs are kept for a year at least."
  }
}

variable "public_endpoint" {
  description = "Whether the API of Kubernetes can be reached from outside the VPC, from public_cidrs"
  type        = bool
  default     = false

  validation {
    condition     = !var.public_endpoint || length(var.public_cidrs) > 0
    error_message = "Say from where: without public_cidrs AWS opens the endpoint to the whole internet."
  }
}

variable "public_cidrs" {
  description = "Networks from which the public endpoint can be reached"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.public_cidrs : can(cidrhost(cidr, 0)) && try(tonumber(split("/", cidr)[1]) >= 16, false)])
    error_message = "Each entry is a network such as 203.0.113.0/24, none wider than /16."
  }
}

variable "admins" {
  description = "Principals that administrate the cluster, by a name of your choice; nobody else does, not even who makes it"
  type        = map(string)

  validation {
    condition     = length(var.admins) > 0
    error_message = "Without an administrator nobody could use the cluster."
  }

  validation {
    condition     = alltrue([for arn in values(var.admins) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/", arn))])
    error_message = "Each entry is the ARN of a role or user."
  }
}

variable "deployers" {
  description = "Principals that may change what runs in the namespace and nothing else, by a name of your choice"
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.deployers) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/", arn))])
    error_message = "Each entry is the ARN of a role or user."
  }

  validation {
    condition     = length(setintersection(keys(var.deployers), keys(var.admins))) == 0
    error_message = "A name stands for one principal: admins and deployers share one."
  }
}

variable "namespace" {
  description = "Namespace of the application"
  type        = string
  default     = "plimsoll"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.namespace)) && !startswith(var.namespace, "kube-") && var.namespace != "default"
    error_message = "A namespace of the application's own, in lower-case letters, digits and dashes."
  }
}

variable "fargate" {
  description = "Whether the application's pods run on Fargate; if not, they run on nodes of their own, see application_nodes"
  type        = bool
  default     = true
}

variable "architecture" {
  description = "Processor of the nodes, ARM64 or X86_64; Fargate runs pods on X86_64 only, so its images must be for that too"
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "The architecture is ARM64 or X86_64."
  }
}

variable "system_nodes" {
  description = "Nodes for what the cluster itself needs: DNS, metrics, the load balancer controller"
  type = object({
    instance_types = optional(list(string))
    minimum        = optional(number, 2)
    maximum        = optional(number, 4)
    disk_gb        = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.system_nodes.minimum >= 1 && var.system_nodes.minimum <= var.system_nodes.maximum && var.system_nodes.disk_gb >= 20
    error_message = "The minimum lies between 1 and the maximum, a disk has 20 GB at least."
  }

  validation {
    condition     = !var.production || var.system_nodes.minimum >= 2
    error_message = "In production two system nodes run at least, or the cluster's DNS goes with one of them."
  }
}

variable "application_nodes" {
  description = "Nodes for the application's pods where fargate is false; types must be Nitro and not burstable, for pods to have security groups"
  type = object({
    instance_types = optional(list(string))
    minimum        = optional(number, 2)
    maximum        = optional(number, 6)
    disk_gb        = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.application_nodes.minimum >= 1 && var.application_nodes.minimum <= var.application_nodes.maximum && var.application_nodes.disk_gb >= 20
    error_message = "The minimum lies between 1 and the maximum, a disk has 20 GB at least."
  }

  validation {
    condition     = alltrue([for type in coalesce(var.application_nodes.instance_types, []) : !startswith(type, "t")])
    error_message = "Burstable instances (t3, t4g, …) cannot give pods security groups of their own."
  }
}

variable "addons" {
  description = "Add-ons of EKS with their version; null takes the one that EKS takes for the version of Kubernetes"
  type        = map(string)
  default = {
    "vpc-cni"                = null
    "kube-proxy"             = null
    "eks-pod-identity-agent" = null
    "coredns"                = null
    "metrics-server"         = null
  }

  validation {
    condition     = alltrue([for addon in ["vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "metrics-server"] : contains(keys(var.addons), addon)])
    error_message = "vpc-cni, kube-proxy, eks-pod-identity-agent, coredns and metrics-server are needed: the cluster is made without any."
  }
}

variable "pod_identities" {
  description = "By service account of the namespace, the policies (JSON) of the role that its pods have"
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for account in keys(var.pod_identities) : can(regex("^[a-z][a-z0-9-]{0,30}$", account))])
    error_message = "A service account is called by up to 31 lower-case letters, digits and dashes."
  }
}

variable "load_balancer" {
  description = "Load balancer in front of the pods: its listener and security group, and by service what it sends there. null makes no targets"
  type = object({
    listener_arn      = string
    security_group_id = string
    targets = map(object({
      priority = number
      paths    = optional(list(string), ["/*"])
      hosts    = optional(list(string), [])
    }))
  })
  default = null

  validation {
    condition     = var.load_balancer == null || alltrue([for key in keys(try(var.load_balancer.targets, {})) : can(regex("^[a-z][a-z0-9-]{0,6}$", key))])
    error_message = "A target is called by up to 7 lower-case letters, digits and dashes, such as console: AWS allows 32 characters with the prefix."
  }

  validation {
    condition = var.load_balancer == null || alltrue([for target in values(try(var.load_balancer.targets, {})) :
      target.priority >= 1 && target.priority <= 50000 && length(target.paths) + length(target.hosts) >= 1
    ])
    error_message = "A rule has a priority from 1 to 50000 and one path or host at least."
  }
}

variable "origin_header" {
  description = "Output origin_header of the load-balancer module: the secret header that requests must carry"
  type = object({
    name   = string
    values = list(string)
  })
  default   = null
  sensitive = true
}

variable "tls" {
  description = "Whether the load balancer speaks HTTPS to the pods"
  type        = bool
  default     = true

  validation {
    condition     = !var.production || var.tls
    error_message = "In production the way from the load balancer to the pods is encrypted."
  }
}

variable "health_path" {
  description = "Path that the load balancer asks pods for their health"
  type        = string
  default     = "/health"

  validation {
    condition     = startswith(var.health_path, "/")
    error_message = "A path begins with a slash."
  }
}

variable "deregistration_delay" {
  description = "Seconds in which requests in work end before the load balancer lets go of a pod; the service drains within 35"
  type        = number
  default     = 40

  validation {
    condition     = var.deregistration_delay >= 5 && var.deregistration_delay <= 60
    error_message = "5 to 60 seconds: a pod is ended after 60."
  }
}

variable "boundary_arn" {
  description = "Permissions boundary of the roles"
  type        = string
  default     = null
}
