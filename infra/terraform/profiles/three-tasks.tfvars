# Stack fargate: three tasks of 0.5 vCPU and 1 GB for the API in two zones behind CloudFront, one NAT gateway.
environment = "production"
region      = "eu-west-2"
image       = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll@sha256:0000000000000000000000000000000000000000000000000000000000000000"

network = {
  zones  = ["eu-west-2a", "eu-west-2b"]
  egress = "nat"
}

origin_domain          = "origin.lender.example"
origin_certificate_arn = "arn:aws:acm:eu-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"
domain_names           = ["score.lender.example"]
certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"

emails = ["operations@lender.example"]
budget = {
  monthly_limit_usd = 400
  services = {
    "Amazon Relational Database Service" = 250
    "Amazon Elastic Container Service"   = 120
  }
}

backup_lock = { min_days = 7, max_days = 400 }

services = {
  api     = { cpu = 512, memory = 1024, minimum = 3, maximum = 10 }
  console = { cpu = 256, memory = 512, minimum = 2, maximum = 4 }
}
