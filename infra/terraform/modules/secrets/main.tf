data "aws_caller_identity" "current" {}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57: because rotation needs a function that knows the secret, and is given by var.rotation where there is one
  for_each = var.secrets

  name                    = "${var.name}/${each.key}"
  description             = each.value.description
  kms_key_id              = var.key_arn
  recovery_window_in_days = var.recovery_window_days

  tags = {
    Name = "${var.name}/${each.key}"
  }
}

# The value passes through and is not kept: neither in the plan nor in the state. It is written when its number in
# value_version changes, and left alone otherwise, also after a rotation.
resource "aws_secretsmanager_secret_version" "this" {
  for_each = var.value_version

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = lookup(var.values, each.key, null)
  secret_string_wo_version = each.value
}

resource "aws_secretsmanager_secret_rotation" "this" {
  #checkov:skip=CKV_AWS_304: because var.rotation admits 90 days at most, which the check does not see
  for_each = var.rotation

  secret_id           = aws_secretsmanager_secret.this[each.key].id
  rotation_lambda_arn = each.value.lambda_arn
  rotate_immediately  = false

  rotation_rules {
    automatically_after_days = each.value.days
  }

  # There must be something to rotate.
  depends_on = [aws_secretsmanager_secret_version.this, aws_secretsmanager_secret_policy.this]
}
