# The bill itself (CUR 2.0), refreshed by AWS about daily, as Parquet in the lake: Athena answers what a budget cannot.

locals {
  # What is asked for is read back in the same order. A column that is not there yet for an account is refused, so only those that
  # every account has.
  bill_columns = [
    "bill_billing_period_start_date",
    "bill_payer_account_id",
    "line_item_usage_account_id",
    "line_item_line_item_type",
    "line_item_line_item_description",
    "line_item_product_code",
    "line_item_usage_type",
    "line_item_operation",
    "line_item_resource_id",
    "line_item_usage_start_date",
    "line_item_usage_end_date",
    "line_item_usage_amount",
    "line_item_unblended_rate",
    "line_item_unblended_cost",
    "line_item_currency_code",
    "pricing_unit",
    "product_region_code",
    "product_servicecode",
    "resource_tags",
  ]
}

resource "aws_bcmdataexports_export" "bill" {
  count    = var.export == null ? 0 : 1
  provider = aws.us_east_1

  export {
    name        = "${var.name}-bill"
    description = "Bill by day and resource"

    data_query {
      query_statement = "SELECT ${join(", ", local.bill_columns)} FROM COST_AND_USAGE_REPORT"

      # AWS adds each setting that is missing here, and the provider takes that for a change.
      table_configurations = {
        COST_AND_USAGE_REPORT = {
          BILLING_VIEW_ARN                      = "arn:${data.aws_partition.current.partition}:billing::${data.aws_caller_identity.current.account_id}:billingview/primary"
          INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY = "FALSE"
          INCLUDE_RESOURCES                     = "TRUE"
          INCLUDE_SPLIT_COST_ALLOCATION_DATA    = "FALSE"
          TIME_GRANULARITY                      = "DAILY"
        }
      }
    }

    destination_configurations {
      s3_destination {
        s3_bucket = var.export.bucket
        s3_prefix = var.export.prefix
        s3_region = var.export.region

        s3_output_configurations {
          compression = "PARQUET"
          format      = "PARQUET"
          output_type = "CUSTOM"
          overwrite   = "OVERWRITE_REPORT"
        }
      }
    }

    refresh_cadence {
      frequency = "SYNCHRONOUS"
    }
  }
}
