//! Buckets, images, backups.

use super::Work;

pub(super) const KINDS: &[&str] =
    &["aws_s3_bucket", "aws_ecr_repository", "aws_backup_plan", "aws_backup_vault", "aws_athena_workgroup"];

const S3: &str = "Amazon Simple Storage Service";
const ECR: &str = "Amazon EC2 Container Registry (ECR)";
const BACKUP: &str = "AWS Backup";

pub(super) fn price(work: &mut Work<'_, '_>) {
    if work.has("aws_s3_bucket") {
        work.sheet.charge_usage(S3, "s3.gb", "data", work.usage.of("lake.storage_gb"));
        work.sheet.charge_usage(S3, "s3.put", "writes", work.usage.of("lake.put_thousands"));
        let tens = work.usage.of("lake.get_thousands") / rust_decimal::Decimal::TEN;
        work.sheet.charge_usage(S3, "s3.get", "reads", tens);
    }
    if work.has("aws_ecr_repository") {
        work.sheet.charge_usage(ECR, "registry.gb", "images", work.usage.of("images.storage_gb"));
    }
    if work.has("aws_backup_plan") {
        if work.has("aws_rds_cluster") {
            work.sheet.charge_usage(BACKUP, "backup.aurora.gb", "of Aurora", work.usage.of("backup.database_gb"));
        }
        if work.has("aws_dynamodb_table") {
            work.sheet.charge_usage(BACKUP, "backup.dynamodb.gb", "of DynamoDB", work.usage.of("backup.tables_gb"));
        }
    }
    if let Some(group) = work.infrastructure.of_kind("aws_athena_workgroup").next() {
        work.sheet.skip(&group.address, "data scanned by queries", "there is no price of it in the price files");
    }
}
