data "aws_iam_policy_document" "signing" {
  count = var.signing ? 1 : 0

  statement {
    sid     = "Administration"
    actions = [for action in local.administration : action if !strcontains(action, "Rotat")]
    # star: a key policy speaks of its own key
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.root]
    }
  }

  statement {
    sid     = "SignAndVerify"
    actions = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"]
    # star: a key policy speaks of its own key
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.root]
    }

    # One algorithm, the one that checkpoints are verified with. Reading the public key has none.
    condition {
      test     = "StringEqualsIfExists"
      variable = "kms:SigningAlgorithm"
      values   = [var.signing_spec == "ECC_NIST_P256" ? "ECDSA_SHA_256" : "ECDSA_SHA_384"]
    }
  }
}

# 6.x: newer providers know ECC_NIST_EDWARDS25519, the kind that the ledger's own files use.
resource "aws_kms_key" "signing" {
  count = var.signing ? 1 : 0

  #checkov:skip=CKV_AWS_7: because KMS cannot rotate an asymmetric key; a new one is made and the old public key kept
  description              = "${var.name}: signs the ledger's checkpoints"
  policy                   = data.aws_iam_policy_document.signing[0].json
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = var.signing_spec
  deletion_window_in_days  = var.deletion_window_days

  tags = { Name = "${var.name}-signing" }
}

resource "aws_kms_alias" "signing" {
  count = var.signing ? 1 : 0

  name          = "alias/${var.name}/signing"
  target_key_id = aws_kms_key.signing[0].key_id
}
