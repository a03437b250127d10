terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
      # CloudFront reports its metrics in us-east-1 only, and an alarm tells topics of its own region only.
      configuration_aliases = [aws.us_east_1]
    }
  }
}
