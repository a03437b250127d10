terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Where the state lies is told at init: see backend.hcl.example.
  backend "s3" {
    use_lockfile = true
  }
}
