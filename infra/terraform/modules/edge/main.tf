# The distribution: the one address that the world sees.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  private = var.origin.mode == "vpc-origin"
  named   = length(var.domain_names) > 0

  # AWS's own policies, the same in every account: nothing cached, everything forwarded, Host too. The service makes its links and
  # checks where a form comes from by the name that the browser asked for.
  never_cached = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # Managed-CachingDisabled
  whole        = "216adef6-5c7f-47e4-b989-5492eafa07d3" # Managed-AllViewer
}

resource "aws_cloudfront_vpc_origin" "this" {
  count = local.private ? 1 : 0

  vpc_origin_endpoint_config {
    name                   = "${var.name}-lb"
    arn                    = var.origin.load_balancer_arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "https-only"

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

resource "aws_cloudfront_cache_policy" "assets" {
  name        = "${var.name}-assets"
  comment     = "Files with their content's hash in the name: kept for a year, never asked for again"
  min_ttl     = 1
  default_ttl = 31536000
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_86: because access logs go by the newer delivery in logs.tf, which needs no ACL on the bucket
  #checkov:skip=CKV_AWS_305: because the service answers / itself
  #checkov:skip=CKV_AWS_310: because the one origin is a load balancer over several zones; there is no second one to fail over to
  #checkov:skip=CKV_AWS_374: because which countries may call is the lender's choice, in var.countries
  #checkov:skip=CKV2_AWS_42: because a distribution without a name of its own has CloudFront's certificate; production needs a name
  #checkov:skip=CKV_AWS_174: because TLS 1.2 is asked for wherever there is a name, and production needs one
  #checkov:skip=CKV2_AWS_47: because firewall.tf has the rules of known bad inputs, Log4j's among them
  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = var.domain_names
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id   = "service"
    domain_name = var.origin.domain

    dynamic "vpc_origin_config" {
      for_each = aws_cloudfront_vpc_origin.this

      content {
        vpc_origin_id = vpc_origin_config.value.id
        # Longer than the service's 30 s for a request, shorter than the 60 s that the balancer keeps a connection.
        origin_read_timeout      = 35
        origin_keepalive_timeout = 30
      }
    }

    dynamic "custom_origin_config" {
      for_each = local.private ? [] : [true]

      content {
        http_port                = 80
        https_port               = 443
        origin_protocol_policy   = "https-only"
        origin_ssl_protocols     = ["TLSv1.2"]
        origin_read_timeout      = 35
        origin_keepalive_timeout = 30
      }
    }

    dynamic "custom_header" {
      for_each = local.private ? [] : [true]

      content {
        name  = var.origin_header
        value = var.origin_secret
      }
    }
  }

  origin {
    origin_id                = "assets"
    domain_name              = aws_s3_bucket.assets.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.assets.id
  }

  default_cache_behavior {
    target_origin_id           = "service"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.never_cached
    origin_request_policy_id   = local.whole
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["service"].id
  }

  # A program that calls by plain HTTP has already sent its key in clear: it is refused, not redirected.
  ordered_cache_behavior {
    path_pattern               = "/api/*"
    target_origin_id           = "service"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.never_cached
    origin_request_policy_id   = local.whole
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["service"].id
  }

  ordered_cache_behavior {
    path_pattern               = "/assets/*"
    target_origin_id           = "assets"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.assets.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["assets"].id
  }

  restrictions {
    geo_restriction {
      restriction_type = length(var.countries) > 0 ? "whitelist" : "none"
      locations        = var.countries
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = !local.named
    acm_certificate_arn            = local.named ? local.certificate_arn : null
    ssl_support_method             = local.named ? "sni-only" : null
    minimum_protocol_version       = local.named ? "TLSv1.2_2021" : "TLSv1"
  }
}
