output "bucket" {
  description = "Bucket of the decisions, bills and results"
  value       = aws_s3_bucket.lake.bucket

  # Whoever writes to it finds it as it should be.
  depends_on = [aws_s3_bucket_policy.lake, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "bucket_arn" {
  description = "ARN of that bucket"
  value       = aws_s3_bucket.lake.arn
}

output "checkpoints_bucket" {
  description = "Bucket of the checkpoints, which locks what is written to it"
  value       = aws_s3_bucket.checkpoints.bucket

  depends_on = [aws_s3_bucket_object_lock_configuration.checkpoints, aws_s3_bucket_policy.checkpoints]
}

output "checkpoints_bucket_arn" {
  description = "ARN of that bucket"
  value       = aws_s3_bucket.checkpoints.arn
}

output "log_bucket" {
  description = "Bucket of access logs of S3, load balancers and CloudFront"
  value       = aws_s3_bucket.logs.bucket

  # A load balancer tries to write as soon as it is told to log.
  depends_on = [aws_s3_bucket_policy.logs]
}

output "log_bucket_arn" {
  description = "ARN of that bucket"
  value       = aws_s3_bucket.logs.arn
}

output "decisions_prefix" {
  description = "Prefix under which decisions lie, then date=YYYY-MM-DD/"
  value       = "${local.decisions}/"
}

output "bills_prefix" {
  description = "Prefix under which Data Exports may write, without a slash"
  value       = local.bills
}

output "glue_database" {
  description = "Database of the catalogue"
  value       = aws_glue_catalog_database.this.name
}

output "glue_table" {
  description = "Table of the decisions"
  value       = aws_glue_catalog_table.decisions.name
}

output "athena_workgroup" {
  description = "Workgroup to query in"
  value       = aws_athena_workgroup.this.name
}

output "read_policy_json" {
  description = "Policy of a role that queries the lake"
  value       = data.aws_iam_policy_document.read.json
}

output "write_policy_json" {
  description = "Policy of a role that adds decisions and checkpoints"
  value       = data.aws_iam_policy_document.write.json
}
