data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  root      = "arn:${local.partition}:iam::${local.account}:root"

  # What the account's administrators may do with a key. Using it is not among it.
  administration = [
    "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
    "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey", "kms:ListGrants",
    "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
  ]
  use = [
    "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
  ]

  # Two services say which resource they encrypt for in the encryption context, and are held to it; the others name the account.
  contexts = {
    logs = {
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:*"]
    }
    cloudtrail = {
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:${local.partition}:cloudtrail:*:${local.account}:trail/*"]
    }
  }
  linked_roles = {
    for purpose, key in var.purposes : purpose => [for role in key.linked_roles : "arn:${local.partition}:iam::${local.account}:role/aws-service-role/${role}"]
  }
  services = {
    for purpose, key in var.purposes : purpose => {
      by_context = { for service in key.services : replace(service, "{region}", local.region) => local.contexts[split(".", service)[0]] if contains(keys(local.contexts), split(".", service)[0]) }
      by_account = [for service in key.services : replace(service, "{region}", local.region) if !contains(keys(local.contexts), split(".", service)[0])]
    }
  }
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_111: because the resource of a key policy is the key itself
  #checkov:skip=CKV_AWS_356: because the resource of a key policy is the key itself
  for_each = var.purposes

  statement {
    sid     = "Administration"
    actions = local.administration
    # star: a key policy speaks of its own key
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.root]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.via) > 0 ? [each.value.via] : []

    content {
      sid     = "UseThroughServices"
      actions = concat(local.use, ["kms:DescribeKey"])
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [local.root]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in statement.value : "${service}.${local.region}.amazonaws.com"]
      }
    }
  }

  # Databases and nodes keep a grant for as long as they live. Only a service of AWS may be given one.
  dynamic "statement" {
    for_each = length(each.value.via) > 0 ? [each.value.via] : []

    content {
      sid     = "GrantsForServices"
      actions = ["kms:CreateGrant"]
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [local.root]
      }

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in statement.value : "${service}.${local.region}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(local.services[each.key].by_account) > 0 ? [local.services[each.key].by_account] : []

    content {
      sid     = "Services"
      actions = concat(local.use, ["kms:DescribeKey"])
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = statement.value
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }

  dynamic "statement" {
    for_each = local.services[each.key].by_context

    content {
      sid     = "Service${title(split(".", statement.key)[0])}"
      actions = local.use
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = [statement.key]
      }

      condition {
        test     = "ArnLike"
        variable = statement.value.variable
        values   = statement.value.values
      }
    }
  }

  # Looking at a key has no encryption context, so it cannot be in the statement above.
  dynamic "statement" {
    for_each = local.services[each.key].by_context

    content {
      sid     = "Describe${title(split(".", statement.key)[0])}"
      actions = ["kms:DescribeKey"]
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = [statement.key]
      }
    }
  }

  # Service-linked roles start machines on encrypted disks: nobody can give them a policy, so the key's has to.
  dynamic "statement" {
    for_each = length(each.value.linked_roles) > 0 ? [local.linked_roles[each.key]] : []

    content {
      sid     = "UseByLinkedRoles"
      actions = concat(local.use, ["kms:DescribeKey"])
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(each.value.linked_roles) > 0 ? [local.linked_roles[each.key]] : []

    content {
      sid     = "GrantsByLinkedRoles"
      actions = ["kms:CreateGrant"]
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
    }
  }

  # Roles whose own policies allow it, and only with a context: a wrapped key is bound to what it was wrapped for.
  dynamic "statement" {
    for_each = each.value.direct ? [each.value.context] : []

    content {
      sid     = "UseWithContext"
      actions = local.use
      # star: a key policy speaks of its own key
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [local.root]
      }

      dynamic "condition" {
        for_each = statement.value

        content {
          test     = "Null"
          variable = "kms:EncryptionContext:${condition.value}"
          values   = ["false"]
        }
      }
    }
  }
}

resource "aws_kms_key" "this" {
  for_each = var.purposes

  description             = "${var.name}: ${each.value.description}"
  policy                  = data.aws_iam_policy_document.key[each.key].json
  enable_key_rotation     = true
  rotation_period_in_days = var.rotation_days
  deletion_window_in_days = var.deletion_window_days

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_kms_alias" "this" {
  for_each = var.purposes

  name          = "alias/${var.name}/${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}
