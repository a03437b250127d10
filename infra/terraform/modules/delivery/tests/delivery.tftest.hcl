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
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/delivery/plimsoll-boundary" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/delivery/plimsoll-plan" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  name             = "plimsoll"
  repository       = "plimsoll-credit/plimsoll"
  state_bucket_arn = "arn:aws:s3:::plimsoll-state-123456789012"
  state_key_arn    = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000001"
  repository_arns  = ["arn:aws:ecr:eu-west-2:123456789012:repository/plimsoll/plimsoll"]
}

run "shape" {
  assert {
    condition     = join(",", keys(output.role_arns)) == "apply,deploy,plan,push"
    error_message = "four roles"
  }
  assert {
    condition     = output.provider_arn == "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" && output.boundary_arn != ""
    error_message = "provider and boundary"
  }
  assert {
    condition     = output.environments["deploy"] == "production" && output.environments["plan"] == "plan"
    error_message = "environments by role"
  }
  assert {
    condition     = alltrue([for name, role in aws_iam_role.this : role.name == "plimsoll-${name}" && role.path == "/delivery/"])
    error_message = "names begin with the prefix, the path is the delivery's"
  }
}

run "trust" {
  assert {
    condition = alltrue([
      for role, document in data.aws_iam_policy_document.trust :
      one([for c in one(document.statement).condition : one(c.values) if endswith(c.variable, ":sub")]) == "repo:plimsoll-credit/plimsoll:environment:${output.environments[role]}"
    ])
    error_message = "the subject is one environment's"
  }
  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.trust : [for c in one(document.statement).condition : c.test == "StringEquals" && length(c.values) == 1]
    ]))
    error_message = "compared as a whole, with no alternative"
  }
}

run "numbered_subject" {
  variables {
    subject_prefix = "repo:plimsoll-credit@1234/plimsoll@5678"
    environments   = { deploy = "live" }
  }
  assert {
    condition     = one([for c in one(data.aws_iam_policy_document.trust["deploy"].statement).condition : one(c.values) if endswith(c.variable, ":sub")]) == "repo:plimsoll-credit@1234/plimsoll@5678:environment:live"
    error_message = "the prefix is taken as given"
  }
}

run "security" {
  assert {
    condition = alltrue(flatten([
      for document in concat(
        values(data.aws_iam_policy_document.read), values(data.aws_iam_policy_document.write),
        [
          data.aws_iam_policy_document.push, data.aws_iam_policy_document.deploy, data.aws_iam_policy_document.roles,
          data.aws_iam_policy_document.boundary, data.aws_iam_policy_document.state_plan, data.aws_iam_policy_document.state_apply,
        ],
      ) : [for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]]
    ]))
    error_message = "no star in an action"
  }
  assert {
    condition = alltrue(flatten([
      for document in values(data.aws_iam_policy_document.read) : [
        for statement in document.statement : [
          for action in statement.actions :
          !contains(["s3:GetObject", "secretsmanager:GetSecretValue", "dynamodb:GetItem", "dynamodb:Scan", "kms:Decrypt", "logs:GetLogEvents"], action)
        ]
      ]
    ]))
    error_message = "planning reads no data"
  }
  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.push.statement : statement.sid == "LogIn" || toset(statement.resources) == toset(var.repository_arns)])
    error_message = "pushing is for the named repositories"
  }
}

run "deployment_moves_the_services_of_its_clusters" {
  assert {
    condition = contains(
      one([for statement in data.aws_iam_policy_document.deploy.statement : statement.resources if statement.sid == "Services"]),
      "arn:aws:ecs:*:123456789012:service/plimsoll-*/*",
    )
    error_message = "services are named api and console, not like the cluster"
  }
  assert {
    condition = one([for statement in data.aws_iam_policy_document.deploy.statement : statement.resources if statement.sid == "DivideTraffic"]) == toset([
      "arn:aws:elasticloadbalancing:*:123456789012:listener-rule/app/plimsoll-*/*",
    ])
    error_message = "only the rules of the stacks' own balancers are changed"
  }
}

run "passing_roles" {
  assert {
    condition = alltrue([
      for statement in concat(tolist(data.aws_iam_policy_document.deploy.statement), tolist(data.aws_iam_policy_document.roles.statement)) :
      contains([for c in statement.condition : c.variable], "iam:PassedToService") && !contains(statement.resources, "*")
      if contains(statement.actions, "iam:PassRole") && statement.effect != "Deny"
    ])
    error_message = "a role is passed by name and to a named service"
  }
  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.deploy.statement : toset(statement.resources) if contains(statement.actions, "iam:PassRole")
    ]) == toset(["arn:aws:iam::123456789012:role/plimsoll-*-task", "arn:aws:iam::123456789012:role/plimsoll-*-execution"])
    error_message = "deployment passes task and execution roles"
  }
}

run "boundary" {
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.roles.statement : contains([for c in statement.condition : c.variable], "iam:PermissionsBoundary")
      if contains(statement.actions, "iam:CreateRole") && statement.effect != "Deny"
    ])
    error_message = "no role without the boundary"
  }
  assert {
    condition = alltrue(flatten([
      for statement in data.aws_iam_policy_document.boundary.statement : [for action in statement.actions : !can(regex("^(iam|organizations|account|cloudtrail):", action))]
    ]))
    error_message = "the boundary lets nobody at identities, accounts or trails"
  }
}

run "lock_of_a_plan" {
  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.state_plan.statement : statement.resources if contains(statement.actions, "s3:PutObject")
    ]) == toset(["arn:aws:s3:::plimsoll-state-123456789012/demo/*.tflock", "arn:aws:s3:::plimsoll-state-123456789012/eks/*.tflock", "arn:aws:s3:::plimsoll-state-123456789012/fargate/*.tflock"])
    error_message = "planning writes a lock and nothing else"
  }
}

run "plan_without_secrets" {
  variables {
    plan_reads_secrets = false
    asset_buckets      = []
  }
  command = plan
  assert {
    condition     = join(",", keys(aws_iam_role_policy.secrets)) == "apply"
    error_message = "planning reads no secret when it may not"
  }
  assert {
    condition     = length([for statement in data.aws_iam_policy_document.deploy.statement : statement if strcontains(join(",", statement.actions), "s3:")]) == 0
    error_message = "no buckets, no statement"
  }
}

run "provider_that_exists" {
  variables {
    provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }
  command = plan
  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && output.provider_arn == var.provider_arn
    error_message = "an account has one provider for GitHub"
  }
}

run "refuses_star_in_the_subject" {
  variables {
    subject_prefix = "repo:plimsoll-credit/*"
  }
  command         = plan
  expect_failures = [var.subject_prefix]
}

run "refuses_branch_in_the_subject" {
  variables {
    subject_prefix = "repo:plimsoll-credit/plimsoll:ref"
  }
  command         = plan
  expect_failures = [var.subject_prefix]
}

run "refuses_shared_environment" {
  variables {
    environments = { plan = "production" }
  }
  command         = plan
  expect_failures = [var.environments]
}

run "refuses_bootstraps_state" {
  variables {
    states = ["bootstrap", "fargate"]
  }
  command         = plan
  expect_failures = [var.states]
}

run "refuses_wide_boundary" {
  variables {
    boundary_actions = ["iam:CreateUser"]
  }
  command         = plan
  expect_failures = [var.boundary_actions]
}

run "refuses_star_of_repositories_and_roles" {
  variables {
    repository_arns  = ["arn:aws:ecr:eu-west-2:123456789012:repository/*"]
    pass_role_arns   = ["arn:aws:iam::123456789012:role/*"]
    resource_pattern = "*"
    repository       = "plimsoll-credit/*"
    provider_arn     = "arn:aws:iam::123456789012:oidc-provider/accounts.google.com"
  }
  command         = plan
  expect_failures = [var.repository_arns, var.pass_role_arns, var.resource_pattern, var.repository, var.provider_arn]
}
