mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = {
      id             = "E0123456789ABC"
      arn            = "arn:aws:cloudfront::123456789012:distribution/E0123456789ABC"
      domain_name    = "d0123456789abc.cloudfront.net"
      hosted_zone_id = "Z2FDTNDATAQYW2"
    }
  }
}

mock_provider "aws" {
  alias = "us_east_1"

  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/plimsoll-test/01234567-89ab-cdef-0123-456789abcdef" }
  }
  mock_resource "aws_wafv2_ip_set" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/ipset/plimsoll-test/01234567-89ab-cdef-0123-456789abcdef" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-plimsoll-test" }
  }
  mock_resource "aws_cloudwatch_log_delivery_destination" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:plimsoll-test-edge" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = { arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef" }
  }
}

variables {
  name            = "plimsoll-test"
  domain_names    = ["scores.example.com", "console.example.com"]
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  log_bucket      = "plimsoll-test-logs"
  origin = {
    load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/plimsoll-test-lb/0123456789abcdef"
    load_balancer_dns_name = "internal-plimsoll-test-lb.eu-west-2.elb.amazonaws.com"
    load_balancer_zone_id  = "ZHURV8PSTC4K8"
    domain                 = "origin.scores.example.com"
  }
}

run "one_private_way_nothing_cached_modern_protocols" {
  command = apply

  assert {
    condition     = aws_cloudfront_vpc_origin.this[0].vpc_origin_endpoint_config[0].origin_protocol_policy == "https-only"
    error_message = "TLS to the balancer"
  }
  assert {
    condition = [for origin in aws_cloudfront_distribution.this.origin :
      "${origin.domain_name} ${length(origin.vpc_origin_config)} ${length(origin.custom_origin_config)} ${length(origin.custom_header)}" if origin.origin_id == "service"
    ] == ["origin.scores.example.com 1 0 0"]
    error_message = "The service's origin is the VPC origin, by the name of its certificate, without a secret"
  }
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" && aws_cloudfront_distribution.this.ordered_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    error_message = "Nothing of the service is cached"
  }
  assert {
    condition     = aws_cloudfront_distribution.this.ordered_cache_behavior[0].path_pattern == "/api/*" && aws_cloudfront_distribution.this.ordered_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "Programs by plain HTTP are refused"
  }
  assert {
    condition     = aws_cloudfront_distribution.this.ordered_cache_behavior[1].path_pattern == "/assets/*" && aws_cloudfront_distribution.this.ordered_cache_behavior[1].target_origin_id == "assets" && aws_cloudfront_cache_policy.assets.max_ttl == 31536000
    error_message = "Assets come from the bucket and are kept for a year"
  }
  assert {
    condition     = one(one(aws_cloudfront_response_headers_policy.this["assets"].custom_headers_config).items).value == "public, max-age=31536000, immutable"
    error_message = "Browsers keep assets too"
  }
  assert {
    condition     = aws_cloudfront_distribution.this.http_version == "http2and3" && aws_cloudfront_distribution.this.is_ipv6_enabled && aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "HTTP/3, IPv6 and TLS 1.2 at least"
  }
  assert {
    condition     = aws_cloudfront_response_headers_policy.this["service"].security_headers_config[0].strict_transport_security[0].override
    error_message = "HSTS is decided at the edge"
  }
  assert {
    condition     = length(aws_acm_certificate.this) == 0 && length(aws_route53_record.this) == 0
    error_message = "Certificate and records are elsewhere"
  }
  assert {
    condition     = output.distribution_arn == "arn:aws:cloudfront::123456789012:distribution/E0123456789ABC" && output.hosted_zone_id == "Z2FDTNDATAQYW2" && output.certificate_arn == var.certificate_arn && output.firewall_log_group_name == "aws-waf-logs-plimsoll-test"
    error_message = "Outputs should have the shape that alarms and records take"
  }
}

run "firewall_private_assets_and_logs" {
  command = plan
  variables { unlimited_cidrs = ["192.0.2.10/32"] }

  assert {
    condition     = toset([for rule in aws_wafv2_web_acl.this.rule : rule.name]) == toset(["rate", "reputation", "bad-inputs", "common"]) && aws_wafv2_web_acl.this.scope == "CLOUDFRONT"
    error_message = "Four rules"
  }
  assert {
    condition     = [for rule in aws_wafv2_web_acl.this.rule : one(rule.statement[0].rate_based_statement).limit if rule.name == "rate"] == [10000] && length(aws_wafv2_ip_set.unlimited) == 1
    error_message = "A rate for each address, and the lender's own not counted"
  }
  assert {
    condition     = aws_cloudwatch_log_group.firewall.retention_in_days == 365 && aws_kms_key.firewall_log.enable_key_rotation && aws_wafv2_web_acl_logging_configuration.this.logging_filter[0].default_behavior == "DROP"
    error_message = "The firewall's log has a retention, a key that rotates and no more than it needs"
  }
  assert {
    condition     = toset([for field in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : field.single_header[0].name]) == toset(["authorization", "cookie"])
    error_message = "No credentials in the log"
  }
  assert {
    condition = (
      aws_s3_bucket_public_access_block.assets.block_public_acls && aws_s3_bucket_public_access_block.assets.block_public_policy &&
      aws_s3_bucket_public_access_block.assets.ignore_public_acls && aws_s3_bucket_public_access_block.assets.restrict_public_buckets
    )
    error_message = "No public access to the bucket"
  }
  assert {
    condition     = aws_s3_bucket.assets.bucket == "plimsoll-test-assets-123456789012" && !aws_s3_bucket.assets.force_destroy && aws_cloudfront_origin_access_control.assets.signing_behavior == "always"
    error_message = "Named after the account, kept in production, read with a signature"
  }
  assert {
    condition     = aws_cloudwatch_log_delivery_source.this.log_type == "ACCESS_LOGS" && aws_cloudwatch_log_delivery_destination.this.delivery_destination_configuration[0].destination_resource_arn == "arn:aws:s3:::plimsoll-test-logs"
    error_message = "Access logs go to the bucket of logs"
  }
  assert {
    condition     = !contains(aws_cloudwatch_log_delivery.this.record_fields, "cs(Cookie)") && !contains(aws_cloudwatch_log_delivery.this.record_fields, "cs-uri-query")
    error_message = "No cookies and no query strings in the log"
  }
}

run "a_zone_makes_certificate_and_records" {
  command = plan
  variables {
    certificate_arn = null
    zone_id         = "Z0123456789ABCDEFGHIJ"
  }
  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "scores.example.com" && length(aws_route53_record.validation) == 2
    error_message = "One certificate for both names"
  }
  assert {
    condition     = length(aws_route53_record.this) == 4 && length(aws_route53_record.origin) == 0
    error_message = "IPv4 and IPv6 for both names, and none for a private origin"
  }
}

run "a_public_balancer" {
  command = plan
  variables {
    zone_id       = "Z0123456789ABCDEFGHIJ"
    origin_secret = "new-0123456789abcdef0123456789abcdef"
    origin = {
      mode                   = "prefix-list"
      load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/plimsoll-test-lb/0123456789abcdef"
      load_balancer_dns_name = "plimsoll-test-lb.eu-west-2.elb.amazonaws.com"
      load_balancer_zone_id  = "ZHURV8PSTC4K8"
      domain                 = "origin.scores.example.com"
    }
  }
  assert {
    condition     = length(aws_cloudfront_vpc_origin.this) == 0 && aws_route53_record.origin[0].name == "origin.scores.example.com"
    error_message = "A public balancer is found by the name of its certificate"
  }
  assert {
    condition = [for origin in nonsensitive(aws_cloudfront_distribution.this.origin) :
      "${one(origin.custom_header).name} ${one(origin.custom_origin_config).origin_protocol_policy}" if origin.origin_id == "service"
    ] == ["X-Origin-Verify https-only"]
    error_message = "The secret header goes along, over TLS"
  }
}

run "a_trial_without_a_name" {
  command = plan
  variables {
    production      = false
    domain_names    = []
    certificate_arn = null
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].cloudfront_default_certificate && aws_s3_bucket.assets.force_destroy
    error_message = "CloudFront's own name will do for a trial"
  }
}

run "production_without_a_name" {
  command = plan
  variables {
    domain_names    = []
    certificate_arn = null
  }
  expect_failures = [var.domain_names]
}

run "a_name_without_a_certificate" {
  command = plan
  variables { certificate_arn = null }
  expect_failures = [var.certificate_arn]
}

run "a_certificate_of_another_region_and_a_secret_without_use" {
  command = plan
  variables {
    certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    origin_secret   = "new-0123456789abcdef0123456789abcdef"
  }
  expect_failures = [var.certificate_arn, var.origin_secret]
}

run "other_values" {
  command = plan
  variables {
    name                        = "Edge"
    price_class                 = "PriceClass_50"
    countries                   = ["Britain"]
    rate_limit                  = 1
    unlimited_cidrs             = ["0.0.0.0/0"]
    firewall_log_retention_days = 100
    # AWS's own name of a balancer is in nobody's certificate.
    origin = {
      load_balancer_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/plimsoll-test-lb/0123456789abcdef"
      load_balancer_dns_name = "plimsoll-test-lb.eu-west-2.elb.amazonaws.com"
      domain                 = "plimsoll-test-lb.eu-west-2.elb.amazonaws.com"
    }
  }
  expect_failures = [var.origin, var.name, var.price_class, var.countries, var.rate_limit, var.unlimited_cidrs, var.firewall_log_retention_days]
}
