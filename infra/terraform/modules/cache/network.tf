resource "aws_security_group" "this" {
  name        = local.cache
  description = "Valkey of ${var.name}: only named groups come in, nothing goes out"
  vpc_id      = var.vpc_id

  tags = {
    Name = local.cache
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value
  description                  = "Valkey from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port

  tags = {
    Name = "${local.cache}-${each.key}"
  }
}
