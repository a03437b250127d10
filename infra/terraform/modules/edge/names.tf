# Names of the distribution: certificate and records, where a zone is given.

locals {
  # Said outright where the ARN or the zone is only known while applying; otherwise read from their absence.
  makes_certificate = local.named && (var.create_certificate != null ? var.create_certificate : var.certificate_arn == null)
  makes_records     = local.named && (var.create_records != null ? var.create_records : var.zone_id != null)

  certificate_arn = local.makes_certificate ? one(aws_acm_certificate_validation.this[*].certificate_arn) : var.certificate_arn
}

resource "aws_acm_certificate" "this" {
  provider = aws.us_east_1
  count    = local.makes_certificate ? 1 : 0

  domain_name               = var.domain_names[0]
  subject_alternative_names = slice(var.domain_names, 1, length(var.domain_names))
  validation_method         = "DNS"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = local.makes_certificate ? toset(var.domain_names) : []

  zone_id         = var.zone_id
  name            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_name if option.domain_name == each.key])
  type            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_type if option.domain_name == each.key])
  records         = [one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_value if option.domain_name == each.key])]
  ttl             = 300
  allow_overwrite = true # a certificate that takes another's place asks for the same record
}

resource "aws_acm_certificate_validation" "this" {
  provider = aws.us_east_1
  count    = local.makes_certificate ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

locals {
  records = local.makes_records ? {
    for pair in setproduct(var.domain_names, ["A", "AAAA"]) : "${pair[0]} ${pair[1]}" => { name = pair[0], type = pair[1] }
  } : {}
}

resource "aws_route53_record" "this" {
  #checkov:skip=CKV2_AWS_23: because the record points at the distribution in main.tf
  for_each = local.records

  zone_id = var.zone_id
  name    = each.value.name
  type    = each.value.type

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

# CloudFront finds a public balancer by a name that its certificate holds. A VPC origin needs no record.
resource "aws_route53_record" "origin" {
  #checkov:skip=CKV2_AWS_23: because the record points at the balancer that the caller names
  count = local.makes_records && !local.private ? 1 : 0

  zone_id = var.zone_id
  name    = var.origin.domain
  type    = "A"

  alias {
    name                   = var.origin.load_balancer_dns_name
    zone_id                = var.origin.load_balancer_zone_id
    evaluate_target_health = true
  }
}
