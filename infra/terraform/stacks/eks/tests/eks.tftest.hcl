# The modules have tests of their own: here they are stood in for, and what the stack itself refuses is tried.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_ssm_parameter" {
    defaults = { value = "arn:aws:iam::123456789012:policy/plimsoll-boundary" }
  }
}

mock_provider "aws" {
  alias = "us_east_1"
}

override_module {
  target = module.foundation
  outputs = {
    key_arns = { for purpose in ["data", "cache", "lake", "logs", "secrets", "images", "backup", "topics", "app"] : purpose => "arn:aws:kms:eu-west-2:123456789012:key/${purpose}" }
    network = {
      vpc_id             = "vpc-0123456789abcdef0"
      vpc_cidr           = "10.20.0.0/16"
      public_subnet_ids  = ["subnet-1", "subnet-2"]
      private_subnet_ids = ["subnet-3", "subnet-4"]
    }
    settings      = { PLIMSOLL_KEYRING = "kms:arn" }
    policies_json = { application = "{}" }
    database      = { cluster_id = "d", port = 5432, security_group_id = "sg-1", master_secret_arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:master" }
    cache         = { replication_group_id = "c", port = 6379, security_group_id = "sg-2" }
    tables        = { sessions = "s", items = "i" }
    lake          = { bucket = "b", log_bucket = "logs" }
  }
}

override_module {
  target = module.observability
  outputs = {
    topic_arn            = "arn:aws:sns:eu-west-2:123456789012:alerts"
    rollback_alarm_names = { api = ["errors"], console = ["errors"] }
    dashboard_name       = "plimsoll"
  }
}

override_module {
  target = module.load_balancer
  outputs = {
    arn               = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/plimsoll/0123456789abcdef"
    arn_suffix        = "app/plimsoll/0123456789abcdef"
    dns_name          = "plimsoll.elb.example"
    zone_id           = "Z1"
    listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll/0123456789abcdef/0123456789abcdef"
    security_group_id = "sg-3"
    origin_header     = null
  }
}

override_module {
  target = module.edge
  outputs = {
    domain_name     = "d1.cloudfront.net"
    distribution_id = "E1"
    assets_bucket   = "assets"
  }
}

override_module {
  target  = module.edge_keys
  outputs = { arns = { topics = "arn:aws:kms:us-east-1:123456789012:key/topics" } }
}

override_module {
  target  = module.disk_keys
  outputs = { arns = { disks = "arn:aws:kms:eu-west-2:123456789012:key/disks" } }
}

override_module {
  target = module.cluster
  outputs = {
    cluster_name                      = "plimsoll-production"
    security_group_id                 = "sg-9"
    cluster_security_group_id         = "sg-8"
    target_group_arns                 = { api = "arn:a", console = "arn:b" }
    target_group_arn_suffixes         = { api = "targetgroup/api/1", console = "targetgroup/console/1" }
    pod_role_arns                     = { api = "arn:c", console = "arn:d" }
    log_group_name                    = "/plimsoll/pods"
    load_balancer_controller_role_arn = "arn:e"
  }
}

variables {
  region                 = "eu-west-2"
  admins                 = { platform = "arn:aws:iam::123456789012:role/platform" }
  network                = { zones = ["eu-west-2a", "eu-west-2b"] }
  origin_domain          = "origin.lender.example"
  origin_certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  domain_names           = ["score.lender.example"]
  certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  emails                 = ["operations@lender.example"]
  budget                 = { monthly_limit_usd = 600 }
}

run "the_overlay_is_told_all" {
  command = plan

  assert {
    condition     = output.overlay.settings.PLIMSOLL_PUBLIC_URL == "https://score.lender.example" && output.overlay.target_group_arns.api == "arn:a"
    error_message = "The overlay should be filled from one output"
  }
}

run "found_by_parameters" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.this["cluster"].name == "/plimsoll/production/cluster"
    error_message = "Others should find the stack by parameters of its environment"
  }
  assert {
    condition     = output.address == "https://score.lender.example"
    error_message = "The address should be the name that callers use"
  }
}

run "production_keeps_its_protections" {
  command = plan

  variables {
    production = false
  }

  expect_failures = [var.production]
}

run "production_stands_on_bootstrap" {
  command = plan

  variables {
    bootstrapped = false
    boundary_arn = "arn:aws:iam::123456789012:policy/b"
  }

  expect_failures = [var.bootstrapped]
}

run "an_environment_that_is_none" {
  command = plan

  variables {
    environment = "Prod-1"
  }

  expect_failures = [var.environment]
}
