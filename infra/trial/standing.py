"""What stands after an apply, asked of the services themselves: standing.py STACK. Prints what is wrong and ends with 1."""
import json
import sys

import boto3
from botocore.config import Config

STACK = sys.argv[1]
ANYONE = {"0.0.0.0/0", "::/0"}
faults = []
seen = {}


def client(service, **options):
    return boto3.client(service, config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}), **options)


def check(holds, fault):
    if not holds:
        faults.append(fault)


def saw(what, count):
    """Something that is not there passes every check: what must be there is counted."""
    seen[what] = seen.get(what, 0) + count


def pages(service, operation, key, **arguments):
    api = client(service)
    if api.can_paginate(operation):
        for page in api.get_paginator(operation).paginate(**arguments):
            yield from page.get(key, [])
    else:
        yield from getattr(api, operation)(**arguments).get(key, [])


def networks():
    default = {vpc["VpcId"] for vpc in pages("ec2", "describe_vpcs", "Vpcs") if vpc.get("IsDefault")}
    logged = {log["ResourceId"] for log in pages("ec2", "describe_flow_logs", "FlowLogs")}
    for vpc in pages("ec2", "describe_vpcs", "Vpcs"):
        if vpc["VpcId"] not in default:
            saw("VPCs", 1)
            # The demo's network holds nothing that is worth its log.
            check(STACK == "demo" or vpc["VpcId"] in logged, f"{vpc['VpcId']} has no flow log")
    for group in pages("ec2", "describe_security_groups", "SecurityGroups"):
        if group["VpcId"] in default:
            continue
        saw("security groups", 1)
        for rule in group["IpPermissions"]:
            ranges = [one["CidrIp"] for one in rule.get("IpRanges", [])]
            ranges += [one["CidrIpv6"] for one in rule.get("Ipv6Ranges", [])]
            check(not ANYONE & set(ranges), f"security group {group['GroupName']} admits anyone at port {rule.get('FromPort')}")
        if group["GroupName"] == "default":
            check(not group["IpPermissions"] and not group["IpPermissionsEgress"], f"the default group of {group['VpcId']} has rules")


def services():
    ecs = client("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        for arn in ecs.list_services(cluster=cluster)["serviceArns"]:
            service = ecs.describe_services(cluster=cluster, services=[arn])["services"][0]
            name, network = service["serviceName"], service["networkConfiguration"]["awsvpcConfiguration"]
            saw("ECS services", 1)
            if STACK != "demo":
                check(network.get("assignPublicIp", "DISABLED") == "DISABLED", f"service {name} has public addresses")
            breaker = service["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
            check(breaker.get("enable") and breaker.get("rollback"), f"service {name} does not roll itself back")
            check(not service.get("enableExecuteCommand"), f"service {name} lets people in")
            task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
            check(task["executionRoleArn"] != task.get("taskRoleArn"), f"service {name}: one role for two purposes")
            for container in task["containerDefinitions"]:
                label = f"container {name}/{container['name']}"
                check("@sha256:" in container["image"], f"{label} is not named by digest")
                check(container.get("readonlyRootFilesystem"), f"{label} can write its root file system")
                check(container.get("user", "0").split(":")[0] not in ("", "0", "root"), f"{label} runs as root")
                check(container.get("logConfiguration"), f"{label} has no log")
                for variable in container.get("environment", []):
                    secret = any(word in variable["name"] for word in ("PASSWORD", "SECRET", "TOKEN", "PRIVATE_KEY", "TLS_KEY"))
                    check(not secret, f"{label} has {variable['name']} in the clear")


def balancers():
    elb = client("elbv2")
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        name = balancer["LoadBalancerName"]
        saw("load balancers", 1)
        check(balancer["Scheme"] == "internal", f"load balancer {name} is on the internet")
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            check(listener["Protocol"] == "HTTPS", f"load balancer {name} listens to {listener['Protocol']}")
            check("TLS13" in listener.get("SslPolicy", ""), f"load balancer {name} speaks old TLS")


def databases():
    rds = client("rds")
    for cluster in rds.describe_db_clusters()["DBClusters"]:
        name = cluster["DBClusterIdentifier"]
        saw("database clusters", 1)
        check(cluster["StorageEncrypted"] and cluster.get("KmsKeyId"), f"database {name} is not encrypted")
        check(cluster.get("IAMDatabaseAuthenticationEnabled"), f"database {name} has no IAM authentication")
        check(cluster.get("BackupRetentionPeriod", 0) >= 7, f"database {name} keeps backups for too few days")
        for instance in rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [name]}])["DBInstances"]:
            check(not instance["PubliclyAccessible"], f"{instance['DBInstanceIdentifier']} is public")
    for group in client("elasticache").describe_replication_groups()["ReplicationGroups"]:
        name = group["ReplicationGroupId"]
        saw("caches", 1)
        check(group.get("TransitEncryptionEnabled"), f"cache {name} speaks without TLS")
        check(group.get("AtRestEncryptionEnabled"), f"cache {name} is not encrypted")
    dynamo = client("dynamodb")
    for name in dynamo.list_tables()["TableNames"]:
        saw("tables", 1)
        table = dynamo.describe_table(TableName=name)["Table"]
        check(table.get("SSEDescription", {}).get("SSEType") == "KMS", f"table {name} is not encrypted with a key")
        recovery = dynamo.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        check(recovery == "ENABLED", f"table {name} has no point-in-time recovery")


def buckets():
    s3 = client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if name == "plimsoll-trial-state":
            continue
        saw("buckets", 1)
        rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        check(rules, f"bucket {name} is not encrypted")
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        check(all(block.values()), f"bucket {name} may be made public")
        check(s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled", f"bucket {name} keeps no versions")
        policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        refuses = [one for one in policy["Statement"] if one["Effect"] == "Deny" and "aws:SecureTransport" in json.dumps(one)]
        check(refuses, f"bucket {name} answers without TLS")


def keys():
    kms = client("kms")
    # The emulator makes AWS's own keys as if they were ours.
    managed = {alias.get("TargetKeyId") for alias in pages("kms", "list_aliases", "Aliases") if alias["AliasName"].startswith("alias/aws/")}
    for key in pages("kms", "list_keys", "Keys"):
        about = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if about["KeyManager"] != "CUSTOMER" or about["KeyState"] != "Enabled" or key["KeyId"] in managed:
            continue
        saw("keys", 1)
        if about.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT":
            check(kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"], f"key {about['Description']} does not rotate")


def logs():
    for group in pages("logs", "describe_log_groups", "logGroups"):
        saw("log groups", 1)
        check(group.get("retentionInDays"), f"log group {group['logGroupName']} keeps its lines for ever")
        check(group.get("kmsKeyId"), f"log group {group['logGroupName']} has no key")


def topics():
    sns = client("sns")
    for topic in pages("sns", "list_topics", "Topics"):
        saw("topics", 1)
        attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
        check(attributes.get("KmsMasterKeyId"), f"topic {topic['TopicArn']} is not encrypted")


def images():
    for repository in pages("ecr", "describe_repositories", "repositories"):
        saw("repositories", 1)
        check(repository["imageTagMutability"] == "IMMUTABLE", f"repository {repository['repositoryName']} lets tags move")
        check(repository["encryptionConfiguration"]["encryptionType"] == "KMS", f"repository {repository['repositoryName']} has no key")


def policies():
    iam = client("iam")
    for policy in pages("iam", "list_policies", "Policies", Scope="Local"):
        saw("policies", 1)
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])["PolicyVersion"]["Document"]
        statements(f"policy {policy['PolicyName']}", version)
    for role in pages("iam", "list_roles", "Roles"):
        saw("roles", 1)
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
            statements(f"role {role['RoleName']}", document)


def statements(whose, document):
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            actions = statement.get("Action", [])
            for action in [actions] if isinstance(actions, str) else actions:
                check("*" not in action, f"{whose} allows {action}")


def edges():
    for distribution in client("cloudfront").list_distributions().get("DistributionList", {}).get("Items", []):
        saw("distributions", 1)
        name = distribution["Id"]
        check(distribution.get("WebACLId"), f"distribution {name} has no firewall")
        behaviours = [distribution["DefaultCacheBehavior"], *distribution.get("CacheBehaviors", {}).get("Items", [])]
        for behaviour in behaviours:
            check(behaviour["ViewerProtocolPolicy"] in ("https-only", "redirect-to-https"), f"distribution {name} answers without TLS")


def clusters():
    eks = client("eks")
    for name in eks.list_clusters()["clusters"]:
        saw("Kubernetes clusters", 1)
        cluster = eks.describe_cluster(name=name)["cluster"]
        check(cluster.get("encryptionConfig"), f"cluster {name} keeps secrets without envelope encryption")
        check(cluster["resourcesVpcConfig"].get("endpointPrivateAccess"), f"cluster {name} has no private endpoint")


MUST = {
    "bootstrap": ["buckets", "keys", "repositories", "roles", "policies"],
    "demo": ["VPCs", "security groups", "ECS services", "log groups", "keys"],
    "fargate": ["VPCs", "security groups", "ECS services", "load balancers", "database clusters", "caches", "tables", "buckets",
                "keys", "log groups", "topics", "roles", "distributions"],
    "eks": ["VPCs", "security groups", "load balancers", "database clusters", "caches", "tables", "buckets", "keys", "log groups",
            "topics", "roles", "distributions", "Kubernetes clusters"],
}

for part in (networks, services, balancers, databases, buckets, keys, logs, topics, images, policies, edges, clusters):
    part()
for what in MUST[STACK]:
    check(seen.get(what), f"there are no {what}")
if faults:
    sys.exit("\n".join(faults))
print(", ".join(f"{count} {what}" for what, count in seen.items()))
