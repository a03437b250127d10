# Stack fargate: two services behind one balancer, two zones, a database with a reader, a cache with a replica.
environment = "production"
region      = "eu-west-2"
image       = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0000000000000000000000000000000000000000000000000000000000000000"

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
  monthly_limit_usd = 600
  services = {
    "Amazon Relational Database Service" = 250
    "Amazon Elastic Container Service"   = 120
  }
}

backup_lock = { min_days = 7, max_days = 400 }
