# The modules have tests of their own: here they are stood in for, and what the stack itself refuses is tried.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
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
    database      = { cluster_id = "d", connect_arn = "arn:aws:rds-db:eu-west-2:123456789012:dbuser:cluster-ABCDEFGHIJ/plimsoll", port = 5432, security_group_id = "sg-1", master_secret_arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:master" }
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
  target  = module.secrets
  outputs = { arns = { task-tls = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-task-tls-AbCdEf" } }
}

override_module {
  target = module.service
  outputs = {
    service_name            = "api"
    security_group_id       = "sg-9"
    target_group_arn_suffix = "targetgroup/api/1"
    log_group_name          = "/plimsoll/api"
    task_definition_arn     = "arn:aws:ecs:eu-west-2:123456789012:task-definition/api:1"
  }
}

variables {
  region                 = "eu-west-2"
  image                  = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:1111111111111111111111111111111111111111111111111111111111111111"
  task_tls               = { certificate = "c", private_key = "k" }
  network                = { zones = ["eu-west-2a", "eu-west-2b"] }
  origin_domain          = "origin.lender.example"
  origin_certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  domain_names           = ["score.lender.example"]
  certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  emails                 = ["operations@lender.example"]
  budget                 = { monthly_limit_usd = 600 }
}

run "the_cluster_is_watched_and_its_shells_are_logged" {
  command = plan

  assert {
    condition     = one(aws_ecs_cluster.this.setting).value == "enhanced"
    error_message = "Container Insights should be on"
  }
  assert {
    condition     = aws_cloudwatch_log_group.exec.retention_in_days >= 365 && aws_cloudwatch_log_group.exec.kms_key_id != null
    error_message = "What is typed into tasks should be kept, encrypted"
  }
}

run "canaries_and_the_drills_role_are_asked_for" {
  command = plan

  assert {
    condition     = length(aws_iam_role.drill) == 0
    error_message = "No role of a drill unless it is asked for"
  }
}

run "a_drill_may_sign_in_to_what_was_restored" {
  command = plan
  variables {
    canary        = true
    restore_drill = true
  }

  assert {
    condition     = aws_iam_role.drill[0].name == "plimsoll-production-drill-task" && contains(keys(aws_iam_role_policy.drill), "restored")
    error_message = "A role that deployments may hand to tasks, with what the services may do and the restored database"
  }
}

run "a_tag_is_no_digest" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll:latest"
  }

  expect_failures = [var.image]
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
