variable "name" {
  description = "Prefix of everything that is made"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Give 3 to 24 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "production" {
  description = "Whether the protections of production must stay on"
  type        = bool
  default     = true
}

variable "table" {
  description = "What is in the table, such as sessions or items; the last part of its name"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.table))
    error_message = "Give 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "hash_key" {
  description = "Attribute that rows are spread by"
  type        = string

  validation {
    condition     = contains(keys(var.attributes), var.hash_key)
    error_message = "The hash key must be one of the attributes."
  }
}

variable "range_key" {
  description = "Attribute that rows of one hash key are sorted by"
  type        = string
  default     = null

  validation {
    condition     = var.range_key == null ? true : contains(keys(var.attributes), var.range_key) && var.range_key != var.hash_key
    error_message = "The range key must be one of the attributes, and not the hash key."
  }
}

variable "attributes" {
  description = "Attributes of the keys of the table and its indexes, and their types: S, N or B"
  type        = map(string)

  validation {
    condition     = alltrue([for type in values(var.attributes) : contains(["S", "N", "B"], type)])
    error_message = "A key is text (S), a number (N) or bytes (B)."
  }
}

variable "indexes" {
  description = "Global secondary indexes by name; with provisioned billing each has a capacity of its own, which does not scale"
  type = map(object({
    hash_key           = string
    range_key          = optional(string)
    projection         = optional(string, "KEYS_ONLY")
    non_key_attributes = optional(list(string))
    read_capacity      = optional(number)
    write_capacity     = optional(number)
  }))
  default = {}

  validation {
    condition = alltrue([
      for index in values(var.indexes) : alltrue([for key in concat([index.hash_key], index.range_key[*]) : contains(keys(var.attributes), key)])
    ])
    error_message = "The keys of an index must be among the attributes."
  }

  validation {
    condition = length(setsubtract(keys(var.attributes), concat(
      [var.hash_key], var.range_key[*],
      flatten([for index in values(var.indexes) : concat([index.hash_key], index.range_key[*])]),
    ))) == 0
    error_message = "Only attributes of a key are declared: DynamoDB refuses others."
  }

  validation {
    condition = alltrue([
      for index in values(var.indexes) : contains(["ALL", "KEYS_ONLY", "INCLUDE"], index.projection) && (index.projection == "INCLUDE") == (index.non_key_attributes != null)
    ])
    error_message = "An index projects ALL, KEYS_ONLY, or INCLUDE with the non_key_attributes that it includes."
  }

  validation {
    condition = var.billing.mode != "provisioned" || alltrue([
      for index in values(var.indexes) : try(index.read_capacity >= 1 && index.write_capacity >= var.billing.write.max, false)
    ])
    error_message = "With provisioned billing an index needs a read_capacity, and a write_capacity not below the table's greatest: a slower index holds every write up."
  }
}

variable "ttl_attribute" {
  description = "Attribute with the second, since 1970, from which a row may be deleted"
  type        = string
  default     = null

  validation {
    condition     = var.ttl_attribute == null ? true : length(var.ttl_attribute) > 0 && !contains(keys(var.attributes), var.ttl_attribute)
    error_message = "The attribute of expiry is named and is no key."
  }
}

variable "billing" {
  description = "on-demand, or provisioned with the least and greatest read and write capacity and the percentage of use that scaling aims at"
  type = object({
    mode   = string
    read   = optional(object({ min = number, max = number }))
    write  = optional(object({ min = number, max = number }))
    target = optional(number, 70)
  })
  default = { mode = "on-demand" }

  validation {
    condition     = contains(["on-demand", "provisioned"], var.billing.mode)
    error_message = "Billing is on-demand or provisioned."
  }

  validation {
    condition = var.billing.mode == "provisioned" ? try(alltrue([
      for range in [var.billing.read, var.billing.write] : range.min >= 1 && range.max >= range.min && range.max <= 40000
    ]), false) : var.billing.read == null && var.billing.write == null
    error_message = "Provisioned billing needs read and write with 1 <= min <= max <= 40000; on-demand takes neither."
  }

  validation {
    condition     = var.billing.target >= 20 && var.billing.target <= 90
    error_message = "DynamoDB scales on 20 to 90 percent of use."
  }
}

variable "table_class" {
  description = "STANDARD, or STANDARD_INFREQUENT_ACCESS where storage costs more than reading"
  type        = string
  default     = "STANDARD"

  validation {
    condition     = contains(["STANDARD", "STANDARD_INFREQUENT_ACCESS"], var.table_class)
    error_message = "Give STANDARD or STANDARD_INFREQUENT_ACCESS."
  }
}

variable "key_arn" {
  description = "KMS key of the table"
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "Give the full ARN of a KMS key. An alias or nothing would let AWS choose one."
  }
}

variable "point_in_time_recovery" {
  description = "Whether any second of the last 35 days can be restored"
  type        = bool
  default     = true

  validation {
    condition     = var.point_in_time_recovery || !var.production
    error_message = "A production table can be restored to any second."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table"
  type        = bool
  default     = true

  validation {
    condition     = var.deletion_protection || !var.production
    error_message = "A production table keeps its deletion protection. To take it down, first say production = false."
  }
}
