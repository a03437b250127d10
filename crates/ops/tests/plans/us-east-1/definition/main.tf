variable "family" {}
variable "architecture" {}
resource "aws_ecs_task_definition" "this" {
  family                   = var.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }
  container_definitions = jsonencode([{ name = "api", image = "scratch" }])
}
output "arn" { value = aws_ecs_task_definition.this.arn }
