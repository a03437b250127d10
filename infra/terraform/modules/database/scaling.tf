# Readers beyond those that Terraform keeps. Scaling removes only what it added itself.
resource "aws_appautoscaling_target" "readers" {
  count = var.reader_max > var.readers && var.readers > 0 ? 1 : 0

  service_namespace  = "rds"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  resource_id        = "cluster:${aws_rds_cluster.this.cluster_identifier}"
  min_capacity       = var.readers
  max_capacity       = var.reader_max

  depends_on = [aws_rds_cluster_instance.reader]
}

resource "aws_appautoscaling_policy" "readers" {
  count = length(aws_appautoscaling_target.readers)

  name               = "${local.cluster}-reader-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.readers[0].service_namespace
  scalable_dimension = aws_appautoscaling_target.readers[0].scalable_dimension
  resource_id        = aws_appautoscaling_target.readers[0].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.reader_cpu_target
    scale_in_cooldown  = 600
    scale_out_cooldown = 180

    predefined_metric_specification {
      predefined_metric_type = "RDSReaderAverageCPUUtilization"
    }
  }
}
