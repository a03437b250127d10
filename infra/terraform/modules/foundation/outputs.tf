output "key_arns" {
  description = "ARNs of the keys, a map by purpose"
  value       = module.keys.arns
}

output "network" {
  description = "VPC: vpc_id, vpc_cidr, public_subnet_ids, private_subnet_ids, s3_prefix_list_id, dynamodb_prefix_list_id"
  value = {
    vpc_id                  = module.network.vpc_id
    vpc_cidr                = module.network.vpc_cidr
    public_subnet_ids       = module.network.public_subnet_ids
    private_subnet_ids      = module.network.private_subnet_ids
    s3_prefix_list_id       = module.network.s3_prefix_list_id
    dynamodb_prefix_list_id = module.network.dynamodb_prefix_list_id
  }
}

output "settings" {
  description = "PLIMSOLL_* settings by which the service finds its parts"
  value       = local.settings
}

output "policies_json" {
  description = "Policies of the application's role, a map by what they are for; the keys are known at plan time"
  value = {
    application = data.aws_iam_policy_document.application.json
    sessions    = module.sessions.access_policy_json
    items       = module.items.access_policy_json
    lake        = module.lake.write_policy_json
  }
}

output "database" {
  description = "Database: cluster_id, cluster_arn, connect_arn, security_group_id, port, master_secret_arn"
  value = {
    cluster_id        = module.database.cluster_id
    cluster_arn       = module.database.cluster_arn
    connect_arn       = module.database.connect_arn
    security_group_id = module.database.security_group_id
    port              = module.database.port
    master_secret_arn = module.database.master_secret_arn
  }
}

output "cache" {
  description = "Cache: replication_group_id, security_group_id, port"
  value = {
    replication_group_id = module.cache.replication_group_id
    security_group_id    = module.cache.security_group_id
    port                 = module.cache.port
  }
}

output "tables" {
  description = "Names of the tables, a map by what is in them"
  value       = { sessions = module.sessions.name, items = module.items.name }
}

output "lake" {
  description = "Lake: bucket, checkpoints_bucket, log_bucket, glue_database, glue_table, athena_workgroup"
  value = {
    bucket             = module.lake.bucket
    checkpoints_bucket = module.lake.checkpoints_bucket
    log_bucket         = module.lake.log_bucket
    glue_database      = module.lake.glue_database
    glue_table         = module.lake.glue_table
    athena_workgroup   = module.lake.athena_workgroup
  }
}

output "backup_vault" {
  description = "Name of the backup vault"
  value       = module.backup.vault_name
}
