locals {
  glue_name = replace(var.name, "-", "_")

  # One row a decision, as the ledger has it; docs/lake.md says more. Nothing here names a person: the applicant is a keyed hash,
  # useless without the key. Only where the service runs with PLIMSOLL_LAKE_FIELDS=inputs are the application's own data in it.
  columns = [
    { name = "id", type = "string", comment = "Identifier of the decision, a UUID" },
    { name = "time", type = "timestamp", comment = "When it was decided, UTC, to the microsecond" },
    { name = "chain", type = "int", comment = "Chain of the ledger that it stands in" },
    { name = "sequence", type = "bigint", comment = "Position in that chain, from 0" },
    { name = "model_hash", type = "string", comment = "SHA-256 of the model that scored, hexadecimal" },
    { name = "policy_hash", type = "string", comment = "SHA-256 of the policy that decided; null where none was in force" },
    { name = "score", type = "decimal(18,6)", comment = "The score, exact" },
    { name = "probability_of_bad", type = "double", comment = "0 to 1; null where the model has no scaling" },
    { name = "decision", type = "string", comment = "approve, refer or decline; null where no policy was in force" },
    { name = "applicant_token", type = "string", comment = "Keyed hash of the applicant's reference; null where none was given" },
    { name = "reasons", type = "array<string>", comment = "Codes of the reasons, the greatest first" },
    { name = "characteristics", type = "array<struct<name:string,attribute:int,points:decimal(18,6)>>", comment = "What matched, in the model's order; null unless it is exported" },
    { name = "inputs", type = "map<string,string>", comment = "The model's fields as they were submitted; null unless they are exported" },
  ]
}

resource "aws_glue_catalog_database" "this" {
  name         = local.glue_name
  description  = "Decisions of ${var.name}"
  location_uri = "s3://${aws_s3_bucket.lake.bucket}/"
}

# Partitions are computed from the date asked for, so that a day can be queried as soon as it is written, without a crawler.
resource "aws_glue_catalog_table" "decisions" {
  name          = "decisions"
  database_name = aws_glue_catalog_database.this.name
  description   = "One row a decision, Parquet with zstd, by the day of the decision (UTC)"
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                        = "TRUE"
    classification                  = "parquet"
    "parquet.compression"           = "ZSTD"
    "projection.enabled"            = "true"
    "projection.date.type"          = "date"
    "projection.date.format"        = "yyyy-MM-dd"
    "projection.date.range"         = "${var.first_date},NOW"
    "projection.date.interval"      = "1"
    "projection.date.interval.unit" = "DAYS"
    "storage.location.template"     = "s3://${aws_s3_bucket.lake.bucket}/${local.decisions}/date=$${date}"
  }

  partition_keys {
    name    = "date"
    type    = "string"
    comment = "Day of the decision, UTC, such as 2026-01-31"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/${local.decisions}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      name                  = "parquet"
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = local.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries of ${var.name}: results encrypted, bytes limited"
  force_destroy = var.force_destroy

  configuration {
    # A client's own settings are not heard.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.query_budget_bytes
    requester_pays_enabled             = false

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.lake.bucket}/${local.results}/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "decisions_by_day" {
  name        = "${var.name}-decisions-by-day"
  description = "How many were approved, referred and declined, a day, in the last 30 days"
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name

  query = <<-SQL
    SELECT "date", decision, count(*) AS decisions, avg(score) AS mean_score, avg(probability_of_bad) AS mean_probability_of_bad
    FROM ${aws_glue_catalog_table.decisions.name}
    WHERE "date" >= date_format(current_date - INTERVAL '30' DAY, '%Y-%m-%d')
    GROUP BY "date", decision
    ORDER BY "date", decision
  SQL
}

resource "aws_athena_named_query" "reasons" {
  name        = "${var.name}-reasons"
  description = "Which reasons were given for declining, how often, in the last 30 days"
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name

  query = <<-SQL
    SELECT reason, count(*) AS decisions
    FROM ${aws_glue_catalog_table.decisions.name} CROSS JOIN UNNEST(reasons) AS given (reason)
    WHERE "date" >= date_format(current_date - INTERVAL '30' DAY, '%Y-%m-%d') AND decision = 'decline'
    GROUP BY reason
    ORDER BY decisions DESC
  SQL
}
