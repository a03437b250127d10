# Where the load balancer sends requests. Pods come and go in these groups by a TargetGroupBinding, which the AWS Load Balancer
# Controller carries out with a role that can do that and nothing else.

locals {
  targets = var.load_balancer == null ? {} : var.load_balancer.targets
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378: because HTTPS is the default, and plain HTTP to the pods a named choice outside production
  for_each = local.targets

  # A target group cannot change its protocol, and a rule holds on to it: the new one has another name and stands first.
  name                          = var.tls ? "${var.name}-${each.key}" : "${substr(var.name, 0, 19)}-${each.key}-http"
  vpc_id                        = var.vpc_id
  port                          = 8080
  protocol                      = var.tls ? "HTTPS" : "HTTP"
  target_type                   = "ip"
  deregistration_delay          = var.deregistration_delay
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = var.health_path
    protocol            = var.tls ? "HTTPS" : "HTTP"
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
  for_each = local.targets

  listener_arn = var.load_balancer.listener_arn
  priority     = each.value.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  dynamic "condition" {
    for_each = length(each.value.paths) > 0 ? [each.value.paths] : []

    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(each.value.hosts) > 0 ? [each.value.hosts] : []

    content {
      host_header {
        values = condition.value
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

  tags = { Name = "${var.name}-${each.key}" }
}

data "aws_iam_policy_document" "controller_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.cluster_arn]
    }
  }
}

# Target groups, listeners and security groups are Terraform's, so the controller only puts pods in and takes them out.
data "aws_iam_policy_document" "controller" {
  #checkov:skip=CKV_AWS_356: because the actions that describe have no narrower form
  count = var.load_balancer == null ? 0 : 1

  statement {
    sid       = "PodsInAndOut"
    actions   = ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"]
    resources = [for group in aws_lb_target_group.this : group.arn]
  }

  statement {
    sid = "Look"
    actions = [
      "ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets", "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeTags",
    ]
    # star: describing has no narrower form
    resources = ["*"]
  }
}

resource "aws_iam_role" "controller" {
  count = var.load_balancer == null ? 0 : 1

  name                 = "${var.name}-load-balancer-controller"
  description          = "Puts pods into the load balancer's target groups and takes them out"
  assume_role_policy   = data.aws_iam_policy_document.controller_trust.json
  permissions_boundary = var.boundary_arn
}

resource "aws_iam_role_policy" "controller" {
  count = var.load_balancer == null ? 0 : 1

  name   = "targets"
  role   = aws_iam_role.controller[0].id
  policy = data.aws_iam_policy_document.controller[0].json
}

resource "aws_eks_pod_identity_association" "controller" {
  count = var.load_balancer == null ? 0 : 1

  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "aws-load-balancer-controller"
  role_arn        = aws_iam_role.controller[0].arn
}
