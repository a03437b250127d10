# Access logs of the distribution, by the delivery of CloudWatch Logs (us-east-1) to the bucket of logs, wherever that is.

resource "aws_cloudwatch_log_delivery_source" "this" {
  provider = aws.us_east_1

  name         = "${var.name}-edge"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.this.arn
}

resource "aws_cloudwatch_log_delivery_destination" "this" {
  provider = aws.us_east_1

  name          = "${var.name}-edge"
  output_format = "parquet"

  delivery_destination_configuration {
    destination_resource_arn = "arn:${local.partition}:s3:::${var.log_bucket}"
  }
}

resource "aws_cloudwatch_log_delivery" "this" {
  provider = aws.us_east_1

  delivery_source_name     = aws_cloudwatch_log_delivery_source.this.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.this.arn

  # No cookies: a session's token has no place in a log.
  record_fields = [
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status", "cs(User-Agent)",
    "x-edge-result-type", "x-edge-request-id", "x-host-header", "cs-protocol", "cs-bytes", "time-taken", "ssl-protocol", "ssl-cipher",
    "x-edge-response-result-type", "cs-protocol-version", "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type",
  ]

  s3_delivery_configuration {
    suffix_path                 = "edge/{DistributionId}/{yyyy}/{MM}/{dd}"
    enable_hive_compatible_path = false
  }
}
