locals {
  table       = "${var.name}-${var.table}"
  provisioned = var.billing.mode == "provisioned"
}

resource "aws_dynamodb_table" "this" {
  name         = local.table
  billing_mode = local.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST"
  table_class  = var.table_class

  hash_key  = var.hash_key
  range_key = var.range_key

  read_capacity  = local.provisioned ? var.billing.read.min : null
  write_capacity = local.provisioned ? var.billing.write.min : null

  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = var.attributes

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  # 6.x: aws_dynamodb_global_secondary_index gives an index a resource of its own, so that one could scale without showing as a
  # change here.
  dynamic "global_secondary_index" {
    for_each = var.indexes

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hash_key
      range_key          = global_secondary_index.value.range_key
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = global_secondary_index.value.non_key_attributes
      read_capacity      = local.provisioned ? global_secondary_index.value.read_capacity : null
      write_capacity     = local.provisioned ? global_secondary_index.value.write_capacity : null
    }
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute[*]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key_arn
  }

  tags = {
    Name = local.table
  }

  lifecycle {
    # Scaling moves them.
    ignore_changes = [read_capacity, write_capacity]
  }
}
