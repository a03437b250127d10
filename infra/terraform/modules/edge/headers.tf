# Headers that every answer carries. The service sets its own; what it has set stands, but for HSTS, which is decided here, where TLS ends.

locals {
  headers = {
    service = {}
    assets  = { "Cache-Control" = "public, max-age=31536000, immutable" }
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  #checkov:skip=CKV_AWS_259: because HSTS is on for a year; subdomains and browsers' preload lists are the domain owner's to decide
  for_each = local.headers

  name    = "${var.name}-${each.key}"
  comment = "Security headers of ${var.name}, ${each.key}"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = var.hsts_subdomains
      preload                    = false
      override                   = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = false
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = false
    }

    content_security_policy {
      content_security_policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
      override                = false
    }
  }

  dynamic "custom_headers_config" {
    for_each = length(each.value) > 0 ? [each.value] : []

    content {
      dynamic "items" {
        for_each = custom_headers_config.value

        content {
          header   = items.key
          value    = items.value
          override = true
        }
      }
    }
  }

  # What S3 says of itself is nobody's business.
  remove_headers_config {
    items {
      header = "Server"
    }
  }
}
