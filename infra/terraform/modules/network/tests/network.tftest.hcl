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
  mock_resource "aws_vpc" {
    defaults = { ipv6_cidr_block = "2001:db8:1234:ff00::/56" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/plimsoll-test-flow-logs" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:/plimsoll-test/network/flow" }
  }
}

variables {
  name         = "plimsoll-test"
  zones        = ["eu-west-2a", "eu-west-2b"]
  logs_key_arn = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000001"
}

run "shape" {
  assert {
    condition     = length(output.public_subnet_ids) == 2 && length(output.private_subnet_ids) == 2 && length(output.data_subnet_ids) == 2
    error_message = "one subnet a zone and tier"
  }
  assert {
    condition     = length(output.private_route_table_ids) == 2 && length(output.nat_addresses) == 1
    error_message = "one private table a zone, one NAT gateway"
  }
  assert {
    condition     = output.vpc_cidr == "10.20.0.0/16" && output.vpc_ipv6_cidr == "2001:db8:1234:ff00::/56"
    error_message = "the VPC's ranges"
  }
  assert {
    condition     = aws_subnet.private["eu-west-2b"].cidr_block == "10.20.16.0/20" && aws_subnet.public["eu-west-2a"].cidr_block == "10.20.192.0/23" && aws_subnet.data["eu-west-2a"].cidr_block == "10.20.208.0/23"
    error_message = "addresses as documented"
  }
  assert {
    condition     = aws_subnet.private["eu-west-2a"].ipv6_cidr_block == "2001:db8:1234:ff10::/64"
    error_message = "IPv6 for the private subnets"
  }
}

run "names" {
  command = plan
  assert {
    condition     = aws_vpc.this.tags.Name == "plimsoll-test" && aws_subnet.data["eu-west-2a"].tags.Name == "plimsoll-test-data-eu-west-2a"
    error_message = "names begin with the prefix"
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow.name == "/plimsoll-test/network/flow" && aws_iam_role.flow.name == "plimsoll-test-flow-logs"
    error_message = "names begin with the prefix"
  }
}

run "closed" {
  command = plan
  assert {
    condition     = alltrue([for subnet in merge(aws_subnet.public, { for zone, s in aws_subnet.private : "p-${zone}" => s }) : subnet.map_public_ip_on_launch == false])
    error_message = "no subnet hands out public addresses by itself"
  }
  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow.kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.flow.retention_in_days == 90
    error_message = "all traffic is logged, encrypted, for 90 days"
  }
  assert {
    condition     = alltrue([for rule in aws_network_acl_rule.data : rule.cidr_block == "10.20.0.0/16"])
    error_message = "data subnets know this VPC only"
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints.cidr_ipv4 == "10.20.0.0/16" && aws_vpc_security_group_ingress_rule.endpoints.from_port == 443
    error_message = "endpoints admit the VPC over HTTPS"
  }
}

run "a_gateway_a_zone" {
  variables {
    egress = "nat-per-zone"
    zones  = ["eu-west-2a", "eu-west-2b", "eu-west-2c"]
  }
  command = plan
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_vpc_endpoint.interface) == 0
    error_message = "one gateway a zone, no interface endpoints"
  }
  assert {
    condition     = aws_subnet.private["eu-west-2b"].cidr_block == "10.20.16.0/20"
    error_message = "a third zone renumbers nothing"
  }
}

run "endpoints_only" {
  variables {
    egress = "endpoints"
  }
  command = plan
  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.private) == 0 && length(aws_route.private_ipv6) == 0 && length(aws_egress_only_internet_gateway.this) == 0
    error_message = "no way to the internet, by either protocol"
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 8 && length(aws_vpc_endpoint.gateway) == 2
    error_message = "the complete set"
  }
}

run "no_way_out" {
  variables {
    egress = "none"
    ipv6   = false
  }
  command = plan
  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_vpc_endpoint.interface) == 0 && length(aws_vpc_endpoint.gateway) == 2
    error_message = "gateway endpoints only"
  }
}

run "explicit_subnets" {
  variables {
    subnets = {
      public  = ["10.20.0.0/24", "10.20.1.0/24"]
      private = ["10.20.64.0/18", "10.20.128.0/18"]
      data    = ["10.20.2.0/24", "10.20.3.0/24"]
    }
  }
  command = plan
  assert {
    condition     = aws_subnet.private["eu-west-2b"].cidr_block == "10.20.128.0/18"
    error_message = "explicit ranges are taken"
  }
}

run "refuses_overlap" {
  variables {
    subnets = {
      public  = ["10.20.0.0/24", "10.20.1.0/24"]
      private = ["10.20.0.0/18", "10.20.64.0/18"]
      data    = ["10.20.200.0/24", "10.20.201.0/24"]
    }
  }
  command         = plan
  expect_failures = [var.subnets]
}

run "refuses_subnet_outside" {
  variables {
    subnets = {
      public  = ["10.20.0.0/24", "10.20.1.0/24"]
      private = ["10.20.64.0/18", "10.21.0.0/18"]
      data    = ["10.20.2.0/24", "10.20.3.0/24"]
    }
  }
  command         = plan
  expect_failures = [var.subnets]
}

run "refuses_incomplete_endpoints" {
  variables {
    egress              = "endpoints"
    interface_endpoints = ["ecr.api", "ecr.dkr", "logs"]
  }
  command         = plan
  expect_failures = [var.interface_endpoints]
}

run "refuses_public_range" {
  variables {
    cidr = "52.94.0.0/16"
  }
  command         = plan
  expect_failures = [var.cidr]
}

run "refuses_crooked_range" {
  variables {
    cidr = "10.20.1.0/16"
  }
  command         = plan
  expect_failures = [var.cidr]
}

run "refuses_small_range" {
  variables {
    cidr = "10.20.0.0/24"
  }
  command         = plan
  expect_failures = [var.cidr]
}

run "refuses_one_zone" {
  variables {
    zones = ["eu-west-2a"]
  }
  command         = plan
  expect_failures = [var.zones]
}

run "refuses_bad_name_egress_key_and_retention" {
  variables {
    name                    = "Plimsoll_1"
    egress                  = "internet"
    logs_key_arn            = "alias/aws/logs"
    flow_log_retention_days = 7
  }
  command         = plan
  expect_failures = [var.name, var.egress, var.logs_key_arn, var.flow_log_retention_days]
}
