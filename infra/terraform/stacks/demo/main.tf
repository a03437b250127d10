# One task with a public address, for a look at Plimsoll: no load balancer, no database, no TLS.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
}

resource "aws_ecs_cluster" "this" {
  #checkov:skip=CKV_AWS_65: because container insights would cost a third of the task; its log and the console of ECS do for one task
  name = var.name

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

module "service" {
  source = "../../modules/service"

  name         = var.name
  production   = false
  service      = "demo"
  cluster_arn  = aws_ecs_cluster.this.arn
  cluster_name = aws_ecs_cluster_capacity_providers.this.cluster_name # so that the service waits for Fargate to be the cluster's

  image        = var.image
  command      = ["serve", "--demo"]
  architecture = var.architecture
  cpu          = var.cpu
  memory       = var.memory
  spot_share   = var.spot ? 100 : 0

  # One task and no scaling: two would be two lenders with two ledgers.
  desired = 1
  minimum = 1
  maximum = 1

  vpc_id           = aws_vpc.this.id
  subnet_ids       = [aws_route_table_association.this.subnet_id] # so that the first task finds its way to the image
  assign_public_ip = true

  log_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days
}

# The only way in: the port of the API and the console, from addresses that are named.
resource "aws_vpc_security_group_ingress_rule" "caller" {
  for_each = var.callers

  security_group_id = module.service.security_group_id
  description       = "API and console for ${each.key}"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080

  tags = {
    Name = "${var.name}-${each.key}"
  }
}
