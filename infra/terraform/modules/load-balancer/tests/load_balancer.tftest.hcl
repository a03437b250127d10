mock_provider "aws" {
  mock_data "aws_ec2_managed_prefix_list" {
    defaults = { id = "pl-0123456789abcdef0" }
  }
  mock_resource "aws_lb" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/plimsoll-test-lb/0123456789abcdef"
      arn_suffix = "app/plimsoll-test-lb/0123456789abcdef"
      dns_name   = "plimsoll-test-lb.eu-west-2.elb.amazonaws.com"
    }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll-test-lb/0123456789abcdef/0123456789abcdef" }
  }
}

variables {
  name            = "plimsoll-test"
  vpc_id          = "vpc-0123456789abcdef0"
  vpc_cidr        = "10.20.0.0/16"
  subnet_ids      = ["subnet-a", "subnet-b"]
  certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  log_bucket      = "plimsoll-test-logs"
}

run "internal_by_default" {
  command = plan

  assert {
    condition     = aws_lb.this.internal && aws_lb.this.name == "plimsoll-test-lb"
    error_message = "The balancer should be internal and carry the name"
  }
  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "strictest"
    error_message = "Deletion protection and strict reading of headers should be on"
  }
  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].prefix == "alb"
    error_message = "Access logs should be on"
  }
}

run "only_https_and_403" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2")
    error_message = "The listener should speak TLS 1.2 or 1.3"
  }
  assert {
    condition     = aws_lb_listener.https.default_action[0].fixed_response[0].status_code == "403"
    error_message = "Whatever no rule takes should be refused"
  }
}

run "only_cloudfront_gets_in" {
  command = plan

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.cloudfront.prefix_list_id == "pl-0123456789abcdef0" &&
      aws_vpc_security_group_ingress_rule.cloudfront.cidr_ipv4 == null &&
      aws_vpc_security_group_ingress_rule.cloudfront.from_port == 443 &&
      aws_vpc_security_group_ingress_rule.cloudfront.to_port == 443 &&
      length(aws_vpc_security_group_ingress_rule.vpc) == 0
    )
    error_message = "One port, from CloudFront's list, and no range"
  }
}

run "the_vpc_when_asked" {
  command = plan

  variables {
    admit_vpc = true
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.vpc[0].cidr_ipv4 == "10.20.0.0/16"
    error_message = "The VPC's range and no more"
  }
}

run "outputs" {
  command = apply

  assert {
    condition     = output.arn_suffix == "app/plimsoll-test-lb/0123456789abcdef" && can(regex(":listener/", output.listener_arn)) && output.origin_header == null
    error_message = "Outputs should have the shape that services and edge take"
  }
}

run "public_with_a_secret" {
  command = plan

  variables {
    mode          = "prefix-list"
    origin_secret = ["new-0123456789abcdef0123456789abcdef", "old-0123456789abcdef0123456789abcdef"]
  }

  assert {
    condition     = !aws_lb.this.internal && length(nonsensitive(output.origin_header.values)) == 2 && nonsensitive(output.origin_header.name) == "X-Origin-Verify"
    error_message = "A public balancer should hand on the header with both values"
  }
}

run "public_without_a_secret" {
  command = plan
  variables { mode = "prefix-list" }
  expect_failures = [var.origin_secret]
}

run "secret_too_short" {
  command = plan
  variables {
    mode          = "prefix-list"
    origin_secret = ["guess-me"]
  }
  expect_failures = [var.origin_secret]
}

run "secret_without_use" {
  command = plan
  variables { origin_secret = ["new-0123456789abcdef0123456789abcdef"] }
  expect_failures = [var.origin_secret]
}

run "production_keeps_its_protection" {
  command = plan
  variables { deletion_protection = false }
  expect_failures = [var.deletion_protection]
}

run "a_trial_may_drop_it" {
  command = plan
  variables {
    production          = false
    deletion_protection = false
  }
  assert {
    condition     = !aws_lb.this.enable_deletion_protection
    error_message = "Outside production the protection is a choice"
  }
}

run "refused_values" {
  command = plan
  variables {
    name            = "Plimsoll_"
    mode            = "open"
    vpc_cidr        = "0.0.0.0/0"
    subnet_ids      = ["subnet-a"]
    certificate_arn = "none"
    idle_timeout    = 4000
    log_prefix      = "/alb/"
  }
  expect_failures = [var.name, var.mode, var.vpc_cidr, var.subnet_ids, var.certificate_arn, var.idle_timeout, var.log_prefix]
}
