variable "name" {
  description = "Prefix of everything the module makes"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name takes 3 to 24 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }
}

variable "production" {
  description = "Keeps two tasks at least, TLS to the task, private addresses and exec off"
  type        = bool
  default     = true
}

variable "service" {
  description = "Name of the service and its container; api and console are roles of Plimsoll, any other name serves both"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,10}[a-z0-9]$", var.service)) && var.service != "prepare"
    error_message = "service takes 2 to 12 lower-case letters, digits and hyphens, such as api; prepare is taken."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster"
  type        = string
}

variable "cluster_name" {
  description = "Name of the ECS cluster, from its aws_ecs_cluster_capacity_providers, so that the service waits for them"
  type        = string
}

# ---- the task

variable "image" {
  description = "Image by digest, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image names its digest (repository@sha256:64 hexadecimal digits): a tag can be moved, and ECS does not notice."
  }
}

variable "command" {
  description = "Arguments of the image's entry point"
  type        = list(string)
  default     = ["serve"]
}

variable "cpu" {
  description = "Processor units of a task, 1024 a vCPU"
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu is one of Fargate's sizes: 256, 512, 1024, 2048, 4096, 8192, 16384."
  }
}

variable "memory" {
  description = "MiB of a task, in Fargate's steps for the processor units"
  type        = number
  default     = 1024

  validation {
    condition = contains(lookup({
      256   = [512, 1024, 2048]
      512   = [for gib in range(1, 5) : gib * 1024]
      1024  = [for gib in range(2, 9) : gib * 1024]
      2048  = [for gib in range(4, 17) : gib * 1024]
      4096  = [for gib in range(8, 31) : gib * 1024]
      8192  = [for gib in range(16, 61, 4) : gib * 1024]
      16384 = [for gib in range(32, 121, 8) : gib * 1024]
    }, var.cpu, []), var.memory)
    error_message = "Fargate has no task of that memory for that cpu; 256 goes with 512 to 2048, 512 with 1024 to 4096, 1024 with 2048 to 8192 MiB."
  }
}

variable "architecture" {
  description = "Processor of the tasks, ARM64 or X86_64; the image must be built for it"
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "architecture is ARM64 or X86_64."
  }
}

variable "container_port" {
  description = "Port of the API and the console in the task; the port of metrics is not published"
  type        = number
  default     = 8080

  validation {
    condition     = var.container_port >= 1024 && var.container_port <= 65535 && var.container_port != 9464
    error_message = "container_port is 1024 to 65535, for the program is not root, and not 9464, where metrics are."
  }
}

variable "environment" {
  description = "Further PLIMSOLL_* settings; one that the service does not know keeps it from starting"
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "Names in environment take capital letters, digits and underscores."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), keys(var.secrets))) == 0
    error_message = "A name stands in environment or in secrets, not in both."
  }
}

variable "secrets" {
  description = "Settings from Secrets Manager or Parameter Store: name to full ARN, with the JSON key of a secret (arn:…:secret:name-AbCdEf:key::)"
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for value in values(var.secrets) : can(regex(
      "^arn:[^:]+:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+:[^:]+:[^:]*:[^:]*|ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+)$", value
    ))])
    error_message = "A secret is named by its full ARN and JSON key (arn:…:secret:name-AbCdEf:key::), a parameter by its ARN."
  }
}

variable "secret_arns" {
  description = "Secrets that the task may be started with; those named in secrets, without the JSON key"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_arns : !strcontains(arn, "*")])
    error_message = "secret_arns names secrets one by one, without a wildcard."
  }
}

variable "parameter_arns" {
  description = "Parameters of Parameter Store that the task may be started with"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.parameter_arns : !strcontains(arn, "*")])
    error_message = "parameter_arns names parameters one by one, without a wildcard."
  }
}

variable "key_arns" {
  description = "Keys that the secrets and parameters are encrypted with"
  type        = list(string)
  default     = []
}

variable "prepare" {
  description = "Container that runs to its end before the service starts and writes to /run/plimsoll, such as the certificate's files from secrets"
  type = object({
    image       = string
    command     = list(string)
    environment = optional(map(string), {})
    secrets     = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.prepare == null ? true : can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.prepare.image))
    error_message = "The image of prepare names its digest too."
  }
}

variable "task_policy_json" {
  description = "Policies of the program itself, as JSON documents"
  type        = list(string)
  default     = []
}

variable "boundary_arn" {
  description = "Permissions boundary of both roles; null is none"
  type        = string
  default     = null
}

variable "stop_timeout" {
  description = "Seconds from SIGTERM to SIGKILL"
  type        = number
  default     = 60

  validation {
    condition     = var.stop_timeout > 35 && var.stop_timeout <= 120
    error_message = "stop_timeout is more than the service's 5 s of grace and 30 s for requests in work, and 120 at most."
  }
}

variable "enable_exec" {
  description = "Whether a shell can be opened in a task"
  type        = bool
  default     = false

  validation {
    condition     = !(var.enable_exec && var.production)
    error_message = "Nobody opens a shell in production: set production = false first."
  }
}

variable "log_key_arn" {
  description = "Key of the log group"
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:kms:", var.log_key_arn))
    error_message = "log_key_arn is the ARN of a key: logs are never kept without one."
  }
}

variable "log_retention_days" {
  description = "Days that log lines are kept"
  type        = number
  default     = 400

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of CloudWatch's steps, such as 30, 90, 365, 400 or 731."
  }

  validation {
    condition     = !var.production || var.log_retention_days >= 365
    error_message = "In production log lines are kept for a year at least."
  }
}

# ---- traffic

variable "vpc_id" {
  description = "VPC of the tasks"
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the tasks, private ones in production"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= (var.production ? 2 : 1)
    error_message = "Tasks need a subnet, and in production subnets in two zones at least."
  }
}

variable "assign_public_ip" {
  description = "Whether tasks get a public address, for a trial without NAT and load balancer"
  type        = bool
  default     = false

  validation {
    condition     = !(var.assign_public_ip && var.production)
    error_message = "Tasks in production have no public address: set production = false first."
  }
}

variable "load_balancer" {
  description = "Listener of the load-balancer module and which requests of it come here; null is no load balancer"
  type = object({
    listener_arn      = string
    security_group_id = string
    arn_suffix        = string
    priority          = number
    paths             = optional(list(string), ["/*"])
    hosts             = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.load_balancer == null ? true : var.load_balancer.priority >= 1 && var.load_balancer.priority <= 50000
    error_message = "priority is 1 to 50000, lower first, and no two services share one."
  }

  validation {
    condition = var.load_balancer == null ? true : (
      length(var.load_balancer.paths) + length(var.load_balancer.hosts) >= 1 &&
      length(var.load_balancer.paths) + length(var.load_balancer.hosts) + (var.origin_header == null ? 0 : length(var.origin_header.values)) <= 5
    )
    error_message = "A rule asks for one path or host at least, and AWS takes five values in a rule at most, those of the secret header among them."
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
  description = "Whether the load balancer speaks HTTPS to the task; the service then needs PLIMSOLL_TLS_CERTIFICATE and PLIMSOLL_TLS_KEY"
  type        = bool
  default     = true

  validation {
    condition     = var.tls || !var.production || var.load_balancer == null
    error_message = "In production the load balancer speaks HTTPS to the task: set production = false first."
  }
}

variable "health_path" {
  description = "Path that the load balancer asks whether a task lives"
  type        = string
  default     = "/health"

  validation {
    condition     = startswith(var.health_path, "/")
    error_message = "health_path begins with a slash."
  }
}

variable "deregistration_delay" {
  description = "Seconds that requests in work have when a task leaves the load balancer"
  type        = number
  default     = 40

  validation {
    condition     = var.deregistration_delay >= 35 && var.deregistration_delay <= 3600
    error_message = "deregistration_delay is the service's 5 s of grace and 30 s for requests in work at least."
  }
}

variable "egress" {
  description = "What tasks may reach, one port each, by range, security group or prefix list; by default HTTPS anywhere, for AWS and webhooks"
  type = map(object({
    description       = string
    port              = number
    cidr              = optional(string)
    security_group_id = optional(string)
    prefix_list_id    = optional(string)
  }))
  default = {
    https = {
      description = "AWS and webhooks by HTTPS"
      port        = 443
      cidr        = "0.0.0.0/0"
    }
  }

  validation {
    # An attribute that is only known later is not null, so a plan can tell.
    condition = alltrue([for rule in values(var.egress) :
      length([for target in [rule.cidr, rule.security_group_id, rule.prefix_list_id] : true if target != null]) == 1
    ])
    error_message = "A rule of egress names one of cidr, security_group_id and prefix_list_id."
  }

  validation {
    condition     = alltrue([for rule in values(var.egress) : rule.cidr == "0.0.0.0/0" ? rule.port == 443 : true])
    error_message = "Anywhere is for port 443 only; name the range, security group or prefix list of everything else."
  }
}

# ---- how many

variable "desired" {
  description = "Tasks at first; scaling moves the number afterwards"
  type        = number
  default     = 2

  validation {
    condition     = var.desired >= var.minimum && var.desired <= var.maximum
    error_message = "desired lies between minimum and maximum."
  }
}

variable "minimum" {
  description = "Fewest tasks; two in production at least"
  type        = number
  default     = 2

  validation {
    condition     = var.minimum >= (var.production ? 2 : 0)
    error_message = "In production two tasks run at least, so that one may fail; elsewhere 0 is the least."
  }
}

variable "maximum" {
  description = "Most tasks"
  type        = number
  default     = 10

  validation {
    condition     = var.maximum >= 1 && var.maximum >= var.minimum
    error_message = "maximum is 1 at least and not below minimum."
  }
}

variable "spot_share" {
  description = "Percent of the tasks on Fargate Spot, which AWS may take away with two minutes' notice"
  type        = number
  default     = 0

  validation {
    condition     = var.spot_share >= 0 && var.spot_share <= (var.production ? 80 : 100) && floor(var.spot_share) == var.spot_share
    error_message = "spot_share is a whole number of percent, 80 at most in production."
  }
}

variable "cpu_target" {
  description = "Percent of processor that scaling aims at"
  type        = number
  default     = 70

  validation {
    condition     = var.cpu_target >= 10 && var.cpu_target <= 90
    error_message = "cpu_target is 10 to 90 percent."
  }
}

variable "memory_target" {
  description = "Percent of memory that scaling aims at"
  type        = number
  default     = 80

  validation {
    condition     = var.memory_target >= 10 && var.memory_target <= 90
    error_message = "memory_target is 10 to 90 percent."
  }
}

variable "requests_target" {
  description = "Requests a minute and task that scaling aims at"
  type        = number
  default     = 1000

  validation {
    condition     = var.requests_target >= 1
    error_message = "requests_target is 1 at least."
  }
}

variable "schedules" {
  description = "When the bounds move: cron(…) or rate(…) of Application Auto Scaling, a time zone, the bounds from then on"
  type = list(object({
    name     = string
    cron     = string
    timezone = optional(string, "UTC")
    minimum  = number
    maximum  = number
  }))
  default = []

  validation {
    condition     = length(distinct([for schedule in var.schedules : schedule.name])) == length(var.schedules)
    error_message = "Each schedule has a name of its own."
  }

  validation {
    condition     = alltrue([for schedule in var.schedules : can(regex("^(cron|rate|at)\\(.+\\)$", schedule.cron))])
    error_message = "cron of a schedule is cron(…), rate(…) or at(…), such as cron(0 20 ? * MON-FRI *)."
  }

  validation {
    condition     = alltrue([for schedule in var.schedules : schedule.minimum >= (var.production ? 2 : 0) && schedule.maximum >= schedule.minimum])
    error_message = "Bounds of a schedule are in order, and two tasks at least in production; elsewhere a schedule may go down to 0."
  }
}

variable "alarm_names" {
  description = "Alarms that roll a deployment back"
  type        = list(string)
  default     = []
}

variable "canary" {
  description = "Priority of the rule that divides the traffic with a canary, lower than that of load_balancer; null is no canary"
  type        = object({ priority = number })
  default     = null

  validation {
    condition = var.canary == null ? true : (
      var.load_balancer == null ? false : var.canary.priority >= 1 && var.canary.priority < var.load_balancer.priority
    )
    error_message = "A canary needs a load balancer, and its rule stands before the service's: priority is 1 to that of load_balancer less 1."
  }
}
