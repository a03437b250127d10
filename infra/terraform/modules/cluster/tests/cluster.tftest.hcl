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
  mock_data "aws_region" {
    defaults = { name = "eu-west-2" }
  }
  mock_data "aws_default_tags" {
    defaults = { tags = { Project = "plimsoll" } }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:eu-west-2:123456789012:cluster/plimsoll-test"
      endpoint              = "https://ABC.eu-west-2.eks.amazonaws.com"
      certificate_authority = [{ data = "Q0E=" }]
      identity              = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-2.amazonaws.com/id/ABC" }] }]
    }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-2.amazonaws.com/id/ABC" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0", latest_version = 1 }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/mock/0123456789abcdef" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:mock" }
  }
}

variables {
  name               = "plimsoll-test"
  vpc_id             = "vpc-1"
  private_subnet_ids = ["subnet-a", "subnet-b"]
  key_arn            = "arn:aws:kms:eu-west-2:123456789012:key/11111111-1111-1111-1111-111111111111"
  logs_key_arn       = "arn:aws:kms:eu-west-2:123456789012:key/22222222-2222-2222-2222-222222222222"
  disk_key_arn       = "arn:aws:kms:eu-west-2:123456789012:key/33333333-3333-3333-3333-333333333333"
  admins             = { platform = "arn:aws:iam::123456789012:role/PlatformAdmin" }
  deployers          = { github = "arn:aws:iam::123456789012:role/plimsoll-deploy" }
  pod_identities     = { api = ["{}", "{}"], console = ["{}"] }
  load_balancer = {
    listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll/1/2"
    security_group_id = "sg-balancer"
    targets = {
      api     = { priority = 10, paths = ["/api/*", "/v1/*"] }
      console = { priority = 20 }
    }
  }
}

run "the_cluster_is_closed" {
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "the endpoint is private"
  }

  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.key_arn && aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"])
    error_message = "secrets are encrypted with the key"
  }

  assert {
    condition     = toset(aws_eks_cluster.this.enabled_cluster_log_types) == toset(["api", "audit", "authenticator", "controllerManager", "scheduler"])
    error_message = "the whole control plane writes its log"
  }

  assert {
    condition     = aws_cloudwatch_log_group.control_plane.name == "/aws/eks/plimsoll-test/cluster" && aws_cloudwatch_log_group.control_plane.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.control_plane.retention_in_days == 400
    error_message = "the log group is the one that EKS writes to, with key and retention"
  }

  assert {
    condition     = aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD"
    error_message = "extended support costs six times as much"
  }
}

run "who_may_do_what_is_written_down" {
  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "only access entries count"
  }

  assert {
    condition     = endswith(aws_eks_access_policy_association.this["platform"].policy_arn, "/AmazonEKSClusterAdminPolicy") && aws_eks_access_policy_association.this["platform"].access_scope[0].type == "cluster"
    error_message = "administrators have the cluster"
  }

  assert {
    condition     = endswith(aws_eks_access_policy_association.this["github"].policy_arn, "/AmazonEKSEditPolicy") && aws_eks_access_policy_association.this["github"].access_scope[0].namespaces == toset(["plimsoll"])
    error_message = "deployers have the namespace"
  }
}

run "nodes_are_hardened" {
  assert {
    condition     = toset(keys(aws_eks_node_group.this)) == toset(["system"]) && aws_eks_node_group.this["system"].scaling_config[0].min_size == 2
    error_message = "on Fargate there are system nodes only, two of them"
  }

  assert {
    condition     = aws_launch_template.nodes["system"].metadata_options[0].http_tokens == "required" && aws_launch_template.nodes["system"].metadata_options[0].http_put_response_hop_limit == 1
    error_message = "pods must not reach the node's role"
  }

  assert {
    condition     = aws_launch_template.nodes["system"].block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.nodes["system"].block_device_mappings[0].ebs[0].kms_key_id == var.disk_key_arn
    error_message = "disks are encrypted with the key"
  }

  assert {
    condition     = aws_eks_node_group.this["system"].ami_type == "AL2023_ARM_64_STANDARD" && aws_eks_node_group.this["system"].instance_types == tolist(["t4g.medium"])
    error_message = "nodes are ARM by default"
  }

  assert {
    condition     = alltrue([for specification in aws_launch_template.nodes["system"].tag_specifications : specification.tags["Project"] == "plimsoll"])
    error_message = "what nodes cost is found by tags"
  }
}

run "pods_have_roles_of_their_own" {
  assert {
    condition     = toset(keys(output.pod_role_arns)) == toset(["api", "console"]) && aws_iam_role.pod["api"].name == "plimsoll-test-pod-api"
    error_message = "each service account has a role"
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.pod)) == toset(["api/0", "api/1", "console/0"])
    error_message = "each policy is attached"
  }

  assert {
    condition     = aws_eks_pod_identity_association.pod["api"].namespace == "plimsoll" && aws_eks_pod_identity_association.pod["api"].service_account == "api"
    error_message = "roles belong to the application's namespace"
  }

  assert {
    condition     = aws_iam_openid_connect_provider.pods[0].url == "https://oidc.eks.eu-west-2.amazonaws.com/id/ABC" && aws_iam_openid_connect_provider.pods[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "pods on Fargate exchange tokens of the cluster's issuer"
  }
}

run "fargate_runs_the_namespace" {
  assert {
    condition     = one(aws_eks_fargate_profile.application[0].selector).namespace == "plimsoll" && output.fargate_role_arn != null
    error_message = "the namespace runs on Fargate"
  }

  assert {
    condition     = aws_cloudwatch_log_group.pods.name == "/plimsoll-test/pods" && aws_cloudwatch_log_group.pods.kms_key_id == var.logs_key_arn
    error_message = "pods' logs have a key"
  }
}

run "the_balancer_reaches_pods_by_tls" {
  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : group.protocol == "HTTPS" && group.target_type == "ip" && group.port == 8080 && group.deregistration_delay == "40"])
    error_message = "targets are pods, by HTTPS, with time to drain"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer[0].referenced_security_group_id == "sg-balancer" && aws_vpc_security_group_ingress_rule.load_balancer[0].from_port == 8080
    error_message = "only the balancer is admitted"
  }

  assert {
    condition     = aws_lb_listener_rule.this["api"].priority == 10 && toset(keys(output.target_group_arns)) == toset(["api", "console"])
    error_message = "each target has a rule"
  }

  assert {
    condition     = aws_eks_pod_identity_association.controller[0].namespace == "kube-system" && aws_eks_pod_identity_association.controller[0].service_account == "aws-load-balancer-controller"
    error_message = "the controller has its role"
  }
}

run "addons_stand_in_order" {
  assert {
    condition     = toset(keys(aws_eks_addon.early)) == toset(["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) && toset(keys(aws_eks_addon.late)) == toset(["coredns", "metrics-server"])
    error_message = "what runs as a Deployment waits for nodes"
  }

  assert {
    condition     = jsondecode(aws_eks_addon.early["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "network policies hold on nodes"
  }
}

run "roles_have_their_boundary" {
  variables { boundary_arn = "arn:aws:iam::123456789012:policy/plimsoll-boundary" }

  assert {
    condition = alltrue([for role in concat([aws_iam_role.cluster, aws_iam_role.node], aws_iam_role.fargate, aws_iam_role.controller, values(aws_iam_role.pod)) :
      role.permissions_boundary == var.boundary_arn
    ])
    error_message = "a role is without its boundary"
  }
}

run "the_application_on_nodes" {
  variables {
    fargate      = false
    architecture = "X86_64"
  }

  assert {
    condition     = toset(keys(aws_eks_node_group.this)) == toset(["system", "application"]) && aws_eks_node_group.this["application"].instance_types == tolist(["m7i.large"])
    error_message = "the application has nodes of its own"
  }

  assert {
    condition     = one(aws_eks_node_group.this["application"].taint).value == "application" && length(aws_eks_node_group.this["system"].taint) == 0
    error_message = "nothing else runs on the application's nodes"
  }

  assert {
    condition     = output.fargate_role_arn == null && length(aws_iam_openid_connect_provider.pods) == 0
    error_message = "without Fargate there is nothing of it"
  }

  assert {
    condition     = jsondecode(aws_eks_addon.early["vpc-cni"].configuration_values).env.ENABLE_POD_ENI == "true"
    error_message = "pods on nodes need interfaces for their security group"
  }
}

run "a_public_balancer_with_its_secret" {
  variables {
    origin_header = { name = "x-origin-secret", values = ["0123456789abcdef0123456789abcdef"] }
  }

  assert {
    condition     = alltrue([for rule in aws_lb_listener_rule.this : length([for condition in rule.condition : condition if length(condition.http_header) > 0]) == 1])
    error_message = "a rule that does not ask for the secret lets everybody in"
  }
}

run "nothing_in_front_yet" {
  variables { load_balancer = null }

  assert {
    condition     = length(output.target_group_arns) == 0 && output.load_balancer_controller_role_arn == null && length(aws_vpc_security_group_ingress_rule.load_balancer) == 0
    error_message = "without a balancer there are no targets"
  }
}

run "open_to_an_office" {
  variables {
    public_endpoint = true
    public_cidrs    = ["203.0.113.0/24"]
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/24"]) && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
    error_message = "only that network is let in, and nodes stay inside"
  }
}

run "open_without_saying_to_whom" {
  command         = plan
  expect_failures = [var.public_endpoint]
  variables { public_endpoint = true }
}

run "open_to_the_internet" {
  command         = plan
  expect_failures = [var.public_cidrs]
  variables {
    public_endpoint = true
    public_cidrs    = ["0.0.0.0/0"]
  }
}

run "nobody_to_administrate" {
  command         = plan
  expect_failures = [var.admins]
  variables { admins = {} }
}

run "one_name_for_two_principals" {
  command         = plan
  expect_failures = [var.deployers]
  variables { deployers = { platform = "arn:aws:iam::123456789012:role/plimsoll-deploy" } }
}

run "one_node_in_production" {
  command         = plan
  expect_failures = [var.system_nodes]
  variables { system_nodes = { minimum = 1 } }
}

run "plain_http_in_production" {
  command         = plan
  expect_failures = [var.tls]
  variables { tls = false }
}

run "short_logs_in_production" {
  command         = plan
  expect_failures = [var.log_retention_days]
  variables { log_retention_days = 30 }
}

run "outside_production_these_are_allowed" {
  command = plan
  variables {
    production         = false
    tls                = false
    log_retention_days = 30
    system_nodes       = { minimum = 1 }
  }

  assert {
    condition     = aws_lb_target_group.this["console"].protocol == "HTTP" && aws_lb_target_group.this["console"].name == "plimsoll-test-console-http"
    error_message = "a target group that speaks otherwise has another name"
  }
}

run "an_addon_is_missing" {
  command         = plan
  expect_failures = [var.addons]
  variables { addons = { "vpc-cni" = null } }
}

run "one_zone" {
  command         = plan
  expect_failures = [var.private_subnet_ids]
  variables { private_subnet_ids = ["subnet-a"] }
}

run "a_namespace_of_kubernetes" {
  command         = plan
  expect_failures = [var.namespace]
  variables { namespace = "kube-system" }
}

run "an_old_version" {
  command         = plan
  expect_failures = [var.kubernetes_version]
  variables { kubernetes_version = "1.29" }
}

run "burstable_nodes_for_the_application" {
  command         = plan
  expect_failures = [var.application_nodes]
  variables { application_nodes = { instance_types = ["t4g.large"] } }
}

run "a_target_with_a_long_name" {
  command         = plan
  expect_failures = [var.load_balancer]
  variables {
    load_balancer = {
      listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll/1/2"
      security_group_id = "sg-balancer"
      targets           = { administration = { priority = 1 } }
    }
  }
}

run "an_unknown_processor" {
  command         = plan
  expect_failures = [var.architecture]
  variables { architecture = "arm" }
}

run "keys_are_keys" {
  command         = plan
  expect_failures = [var.key_arn, var.logs_key_arn, var.disk_key_arn]
  variables {
    key_arn      = "alias/a"
    logs_key_arn = "alias/b"
    disk_key_arn = "alias/c"
  }
}

run "a_name_that_begins_with_a_digit" {
  command         = plan
  expect_failures = [var.name]
  variables { name = "1-plimsoll" }
}

run "a_pod_is_ended_after_sixty_seconds" {
  command         = plan
  expect_failures = [var.deregistration_delay]
  variables { deregistration_delay = 300 }
}
