terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Filled in at init, from a file like backend.hcl.example. The README says how the first apply goes without.
  backend "s3" {}
}
