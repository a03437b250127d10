# Otherwise nobody hears that a job failed. The topic must let events.amazonaws.com publish.
resource "aws_cloudwatch_event_rule" "failures" {
  name        = "${local.vault}-failures"
  description = "A backup or copy of ${var.name}, or any restore, that did not succeed"

  event_pattern = jsonencode({
    source      = ["aws.backup"]
    detail-type = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
    detail = {
      "$or" = [
        { state = ["ABORTED", "EXPIRED", "FAILED"], backupVaultArn = [aws_backup_vault.this.arn] },
        { state = ["FAILED"], sourceBackupVaultArn = [aws_backup_vault.this.arn] },
        { status = ["ABORTED", "FAILED"] },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "failures" {
  rule      = aws_cloudwatch_event_rule.failures.name
  target_id = "topic"
  arn       = var.topic_arn
}
