# Stack eks: the same edge, data and guards, computed on Kubernetes.
environment = "production"
region      = "eu-west-2"

network = {
  zones  = ["eu-west-2a", "eu-west-2b"]
  egress = "nat-per-zone"
}

origin_domain          = "origin.lender.example"
origin_certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
domain_names           = ["score.lender.example"]
certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"

emails = ["operations@lender.example"]
budget = {
  monthly_limit_usd = 5000
  services = {
    "Amazon Relational Database Service"              = 250
    "Amazon Elastic Container Service for Kubernetes" = 100
  }
}

backup_lock = { min_days = 7, max_days = 400 }

admins = { platform = "arn:aws:iam::123456789012:role/platform" }

kubernetes = {
  version      = "1.33"
  architecture = "ARM64"
}
