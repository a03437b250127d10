# Values that a plan refuses.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name         = "plimsoll-test"
  service      = "api"
  cluster_arn  = "arn:aws:ecs:eu-west-2:123456789012:cluster/plimsoll-test"
  cluster_name = "plimsoll-test"
  image        = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-a", "subnet-b"]
  log_key_arn  = "arn:aws:kms:eu-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
}

run "an_image_by_tag" {
  command = plan
  variables { image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll:latest" }
  expect_failures = [var.image]
}

run "production_without_its_protections" {
  command = plan
  variables {
    minimum            = 1
    spot_share         = 100
    enable_exec        = true
    assign_public_ip   = true
    log_retention_days = 30
    subnet_ids         = ["subnet-a"]
  }
  expect_failures = [var.minimum, var.spot_share, var.enable_exec, var.assign_public_ip, var.log_retention_days, var.subnet_ids]
}

run "production_without_tls" {
  command = plan
  variables {
    tls = false
    load_balancer = {
      listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll-test-lb/0123456789abcdef/0123456789abcdef"
      security_group_id = "sg-balancer"
      arn_suffix        = "app/plimsoll-test-lb/0123456789abcdef"
      priority          = 10
    }
  }
  expect_failures = [var.tls]
}

run "production_asleep" {
  command = plan
  variables {
    schedules = [{ name = "night", cron = "cron(0 20 * * ? *)", minimum = 0, maximum = 0 }]
  }
  expect_failures = [var.schedules]
}

run "sizes_that_fargate_has_not" {
  command = plan
  variables {
    cpu    = 256
    memory = 8192
  }
  expect_failures = [var.memory]
}

run "a_secret_by_name" {
  command = plan
  variables {
    secrets     = { PLIMSOLL_DATABASE_URL = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/database-AbCdEf" }
    secret_arns = ["arn:aws:secretsmanager:eu-west-2:123456789012:secret:*"]
  }
  expect_failures = [var.secrets, var.secret_arns]
}

run "a_setting_twice" {
  command = plan
  variables {
    environment = { PLIMSOLL_DATABASE_URL = "postgres://somewhere" }
    secrets     = { PLIMSOLL_DATABASE_URL = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:plimsoll-test/database-AbCdEf:url::" }
  }
  expect_failures = [var.environment]
}

run "egress_to_everything" {
  command = plan
  variables {
    egress = { database = { description = "Database", port = 5432, cidr = "0.0.0.0/0" } }
  }
  expect_failures = [var.egress]
}

run "egress_to_nothing" {
  command = plan
  variables {
    egress = { database = { description = "Database", port = 5432 } }
  }
  expect_failures = [var.egress]
}

run "too_many_conditions" {
  command = plan
  variables {
    load_balancer = {
      listener_arn      = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/plimsoll-test-lb/0123456789abcdef/0123456789abcdef"
      security_group_id = "sg-balancer"
      arn_suffix        = "app/plimsoll-test-lb/0123456789abcdef"
      priority          = 10
      paths             = ["/a", "/b", "/c", "/d"]
    }
    origin_header = { name = "X-Origin-Verify", values = ["new", "old"] }
  }
  expect_failures = [var.load_balancer]
}

run "too_little_time_to_drain" {
  command = plan
  variables {
    stop_timeout         = 30
    deregistration_delay = 5
  }
  expect_failures = [var.stop_timeout, var.deregistration_delay]
}

run "bounds_out_of_order" {
  command = plan
  variables {
    minimum = 4
    maximum = 3
  }
  expect_failures = [var.maximum]
}

run "more_tasks_than_the_most" {
  command = plan
  variables { desired = 11 }
  expect_failures = [var.desired]
}

run "other_values" {
  command = plan
  variables {
    name            = "x"
    service         = "prepare"
    architecture    = "arm"
    container_port  = 80
    health_path     = "health"
    cpu_target      = 100
    memory_target   = 5
    requests_target = 0
    log_key_arn     = "alias/aws/logs"
  }
  expect_failures = [
    var.name, var.service, var.architecture, var.container_port, var.health_path,
    var.cpu_target, var.memory_target, var.requests_target, var.log_key_arn,
  ]
}

run "a_canary_behind_its_service" {
  command = plan
  variables { canary = { priority = 10 } }
  expect_failures = [var.canary]
}

run "a_canary_without_a_balancer" {
  command = plan
  variables {
    load_balancer = null
    canary        = { priority = 1 }
  }
  expect_failures = [var.canary]
}
