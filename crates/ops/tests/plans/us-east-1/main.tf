terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "region" { default = "us-east-1" }
provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
module "x86" {
  source       = "./definition"
  family       = "x86"
  architecture = "X86_64"
}
module "arm" {
  source       = "./definition"
  family       = "arm"
  architecture = "ARM64"
}
# Joined across modules: the definition is another module's output.
resource "aws_ecs_service" "x86" {
  name            = "x86"
  cluster         = "main"
  launch_type     = "FARGATE"
  desired_count   = 3
  task_definition = module.x86.arn
}
module "arm_service" {
  source     = "./scaled"
  definition = module.arm.arn
}
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "this" {
  count      = 2
  vpc_id     = aws_vpc.this.id
  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)
}
resource "aws_vpc_endpoint" "interface" {
  for_each          = toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms"])
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.us-east-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids        = aws_subnet.this[*].id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.this.id
  service_name = "com.amazonaws.us-east-1.s3"
}
resource "aws_nat_gateway" "this" {
  count             = 2
  connectivity_type = "private"
  subnet_id         = aws_subnet.this[count.index].id
}
resource "aws_instance" "stray" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
}
