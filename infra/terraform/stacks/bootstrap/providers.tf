provider "aws" {
  region = var.region

  default_tags {
    tags = merge(var.tags, {
      Project     = "plimsoll"
      Stack       = "bootstrap"
      Environment = "shared"
      ManagedBy   = "terraform"
    })
  }
}
