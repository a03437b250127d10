provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "plimsoll"
      Stack       = "demo"
      Environment = var.name
      ManagedBy   = "terraform"
    }
  }
}
