# How requests come in: target group, rule, security groups.

locals {
  balanced = var.load_balancer != null

  # A target group can't change its port or protocol, and a listener's rule holds on to it: the new one has another name and
  # stands before the old one goes.
  target_protocol = var.tls ? "HTTPS" : "HTTP"
  target_suffix   = substr(sha1("${local.target_protocol} ${var.container_port}"), 0, 4)
  target_name     = "${substr(var.name, 0, 26 - length(var.service))}-${var.service}-${local.target_suffix}"

}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378: because HTTPS is the default, and plain HTTP to the task a named choice outside production
  count = local.balanced ? 1 : 0

  name                          = local.target_name
  vpc_id                        = var.vpc_id
  port                          = var.container_port
  protocol                      = local.target_protocol
  target_type                   = "ip"
  deregistration_delay          = var.deregistration_delay
  load_balancing_algorithm_type = "least_outstanding_requests"

  # /health says that the process lives. /ready speaks of the store too, and a database that fails over is no reason to
  # replace every task.
  health_check {
    path                = var.health_path
    protocol            = local.target_protocol
    port                = "traffic-port"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener_rule" "this" {
  count = local.balanced ? 1 : 0

  listener_arn = var.load_balancer.listener_arn
  priority     = var.load_balancer.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.paths) > 0 ? [true] : []

    content {
      path_pattern {
        values = var.load_balancer.paths
      }
    }
  }

  dynamic "condition" {
    for_each = length(var.load_balancer.hosts) > 0 ? [true] : []

    content {
      host_header {
        values = var.load_balancer.hosts
      }
    }
  }

  # The secret header of a public balancer.
  dynamic "condition" {
    for_each = nonsensitive(var.origin_header != null) ? [true] : []

    content {
      http_header {
        http_header_name = var.origin_header.name
        values           = var.origin_header.values
      }
    }
  }

  tags = {
    Name = local.full_name
  }
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5: because it is attached to the service in main.tf
  name        = local.full_name
  description = "Tasks of ${local.full_name}"
  vpc_id      = var.vpc_id

  tags = {
    Name = local.full_name
  }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  count = local.balanced ? 1 : 0

  security_group_id            = aws_security_group.this.id
  description                  = "Requests from the load balancer"
  referenced_security_group_id = var.load_balancer.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  count = local.balanced ? 1 : 0

  security_group_id            = var.load_balancer.security_group_id
  description                  = "Requests and health checks to ${local.full_name}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = var.egress

  security_group_id            = aws_security_group.this.id
  description                  = each.value.description
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = {
    Name = "${local.full_name}-${each.key}"
  }
}
