locals {
  tags = {
    Project     = "plimsoll"
    Environment = var.environment
    Stack       = "eks"
    ManagedBy   = "terraform"
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# CloudFront's certificates, firewall and figures live there, wherever the rest is.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}
