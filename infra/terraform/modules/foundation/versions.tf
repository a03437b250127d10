terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"

      # The bill and its anomalies are kept in us-east-1 only.
      configuration_aliases = [aws.us_east_1]
    }
  }
}
