mock_provider "aws" {}

variables {
  name    = "plimsoll-test"
  key_arn = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000001"
}

run "shape" {
  variables {
    repositories = ["plimsoll", "tools"]
  }
  assert {
    condition     = output.names == { plimsoll = "plimsoll-test/plimsoll", tools = "plimsoll-test/tools" }
    error_message = "names begin with the prefix"
  }
  assert {
    condition     = join(",", keys(output.urls)) == "plimsoll,tools" && join(",", keys(output.arns)) == "plimsoll,tools"
    error_message = "maps by repository"
  }
}

run "security" {
  command = plan
  assert {
    condition     = aws_ecr_repository.this["plimsoll"].image_tag_mutability == "IMMUTABLE"
    error_message = "a tag names one image for ever"
  }
  assert {
    condition     = aws_ecr_repository.this["plimsoll"].image_scanning_configuration[0].scan_on_push
    error_message = "images are scanned"
  }
  assert {
    condition     = one(aws_ecr_repository.this["plimsoll"].encryption_configuration).kms_key == var.key_arn && one(aws_ecr_repository.this["plimsoll"].encryption_configuration).encryption_type == "KMS"
    error_message = "images are encrypted with the caller's key"
  }
  assert {
    condition     = aws_ecr_repository.this["plimsoll"].force_delete == false
    error_message = "images are not deleted with their repository"
  }
}

run "lifecycle" {
  command = plan
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this["plimsoll"].policy).rules[1].selection.countNumber == 50
    error_message = "fifty images stay"
  }
}

run "refuses_too_few" {
  variables {
    keep = 3
  }
  command         = plan
  expect_failures = [var.keep]
}

run "refuses_bad_names_and_key" {
  variables {
    name          = "9lives"
    repositories  = ["Plimsoll"]
    key_arn       = "aws/ecr"
    untagged_days = 0
  }
  command         = plan
  expect_failures = [var.name, var.repositories, var.key_arn, var.untagged_days]
}
