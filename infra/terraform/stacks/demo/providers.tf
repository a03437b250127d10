provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "plimsoll"
      Stack       = "demo"
      Environment = var.name
      ManagedBy   = "terraform"
    }
  }
}
