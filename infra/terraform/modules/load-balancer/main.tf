# One listener, HTTPS only. Whatever no rule of a service takes is answered 403.

locals {
  public = var.mode == "prefix-list"
}

resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_28: because the firewall stands at the edge, which is the only way in
  name               = "${var.name}-lb"
  load_balancer_type = "application"
  internal           = !local.public
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.this.id]

  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_http2               = true
  idle_timeout               = var.idle_timeout

  access_logs {
    bucket  = var.log_bucket
    prefix  = var.log_prefix
    enabled = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn

  # TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only. CloudFront speaks 1.2 to its origins.
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "forbidden"
      status_code  = "403"
    }
  }
}
