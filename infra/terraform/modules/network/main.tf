data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  # The range is cut so that a third zone, or a fourth one day, takes addresses that nobody has: private subnets are sixteenths from the
  # start, public and data subnets 128ths in the third quarter.
  ranges = var.subnets != null ? var.subnets : {
    public  = [for i, zone in var.zones : cidrsubnet(var.cidr, 7, 96 + i)]
    private = [for i, zone in var.zones : cidrsubnet(var.cidr, 4, i)]
    data    = [for i, zone in var.zones : cidrsubnet(var.cidr, 7, 104 + i)]
  }

  public  = { for i, zone in var.zones : zone => { cidr = local.ranges.public[i], number = i } }
  private = { for i, zone in var.zones : zone => { cidr = local.ranges.private[i], number = 16 + i } }
  data    = { for i, zone in var.zones : zone => { cidr = local.ranges.data[i] } }

  nat_zones = var.egress == "nat-per-zone" ? var.zones : var.egress == "nat" ? [var.zones[0]] : []
}

resource "aws_vpc" "this" {
  cidr_block                           = var.cidr
  assign_generated_ipv6_cidr_block     = var.ipv6
  enable_dns_support                   = true
  enable_dns_hostnames                 = true
  enable_network_address_usage_metrics = true

  tags = { Name = var.name }
}

# What AWS makes with a VPC admits nothing, so that whoever forgets to name a group or a table gets nowhere.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default-closed" }
}

resource "aws_default_route_table" "closed" {
  default_route_table_id = aws_vpc.this.default_route_table_id

  tags = { Name = "${var.name}-default-closed" }
}

resource "aws_subnet" "public" {
  for_each = local.public

  vpc_id                          = aws_vpc.this.id
  availability_zone               = each.key
  cidr_block                      = each.value.cidr
  ipv6_cidr_block                 = var.ipv6 ? cidrsubnet(aws_vpc.this.ipv6_cidr_block, 8, each.value.number) : null
  assign_ipv6_address_on_creation = false
  # A task that needs a public address asks for it.
  map_public_ip_on_launch = false

  tags = {
    Name                     = "${var.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}

resource "aws_subnet" "private" {
  for_each = local.private

  vpc_id                          = aws_vpc.this.id
  availability_zone               = each.key
  cidr_block                      = each.value.cidr
  ipv6_cidr_block                 = var.ipv6 ? cidrsubnet(aws_vpc.this.ipv6_cidr_block, 8, each.value.number) : null
  assign_ipv6_address_on_creation = var.ipv6
  map_public_ip_on_launch         = false

  tags = {
    Name                              = "${var.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_subnet" "data" {
  for_each = local.data

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value.cidr
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-data-${each.key}" }
}
