//! What stands when a test begins, as the stack fargate makes it.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::{Deployment, NEW_COMMIT, OLD_COMMIT, REPOSITORY, State, digest, frame, rds};

pub const ACCOUNT: &str = "arn:aws:ecs:eu-west-2:123456789012";

pub fn production() -> State {
    let mut state = State {
        images: vec![
            (digest('1'), vec![OLD_COMMIT.to_owned()]),
            (digest('2'), vec![NEW_COMMIT.to_owned(), "v1.4.0".to_owned()]),
        ],
        one_off: Some(0),
        route: "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId><state>active</state></item>",
        vcpu_quota: 100.0,
        vcpu_in_use: 12.0,
        databases: rds::serving(),
        ..State::default()
    };
    for service in ["api", "console"] {
        let before = definition(service, 11, '0');
        let running = definition(service, 12, '1');
        let (from, to) = (arn(&before), arn(&running));
        state.services.insert(service.to_owned(), self::service(service, &to));
        state.deployments.push(Deployment {
            arn: format!("{ACCOUNT}:service-deployment/plimsoll-production/{service}/first"),
            service: service.to_owned(),
            before: arn(&definition(service, 10, '0')),
            after: from.clone(),
            frames: VecDeque::from([frame("SUCCESSFUL", 2, 0, "")]),
            created: 1_790_000_000,
        });
        state.deployments.push(Deployment {
            arn: format!("{ACCOUNT}:service-deployment/plimsoll-production/{service}/second"),
            service: service.to_owned(),
            before: from,
            after: to,
            frames: VecDeque::from([frame("SUCCESSFUL", 2, 0, "")]),
            created: 1_790_100_000,
        });
        state.definitions.extend([before, running]);
    }
    state
}

fn arn(definition: &Value) -> String {
    definition["taskDefinitionArn"].as_str().unwrap().to_owned()
}

pub fn definition(service: &str, revision: u32, digit: char) -> Value {
    let family = format!("plimsoll-production-{service}");
    json!({
        "taskDefinitionArn": format!("{ACCOUNT}:task-definition/{family}:{revision}"),
        "family": family, "revision": revision, "status": "ACTIVE",
        "cpu": "512", "memory": "1024", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "taskRoleArn": format!("arn:aws:iam::123456789012:role/{family}-task"),
        "executionRoleArn": format!("arn:aws:iam::123456789012:role/{family}-execution"),
        "runtimePlatform": { "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" },
        "volumes": [{ "name": "data" }],
        "containerDefinitions": [{
            "name": service, "image": format!("{REPOSITORY}@{}", digest(digit)), "essential": true,
            "user": "65532:65532", "readonlyRootFilesystem": true, "stopTimeout": 60,
            "portMappings": [{ "containerPort": 8080, "protocol": "tcp" }],
            "environment": [
                { "name": "PLIMSOLL_LOG_FORMAT", "value": "json" },
                { "name": "PLIMSOLL_OTHER_URL", "value": "https://who:hunter2@elsewhere.example/" },
            ],
            "secrets": [{ "name": "PLIMSOLL_TLS_KEY",
                "valueFrom": "arn:aws:secretsmanager:eu-west-2:123456789012:secret:task-tls-AbCdEf:private_key::" }],
            "logConfiguration": { "logDriver": "awslogs", "options": {
                "awslogs-group": format!("/plimsoll-production/{service}"), "awslogs-stream-prefix": service } },
        }],
    })
}

fn service(name: &str, definition: &str) -> Value {
    json!({
        "serviceName": name, "status": "ACTIVE", "clusterArn": format!("{ACCOUNT}:cluster/plimsoll-production"), "taskDefinition": definition, "desiredCount": 2, "runningCount": 2,
        "pendingCount": 0, "enableExecuteCommand": false, "platformVersion": "1.4.0",
        "loadBalancers": [{ "targetGroupArn": format!("arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/{name}/1"),
            "containerName": name, "containerPort": 8080 }],
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED" } },
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": { "enable": true, "rollback": true }, "maximumPercent": 200, "minimumHealthyPercent": 100,
            "alarms": { "alarmNames": [format!("plimsoll-production-{name}-5xx")], "enable": true, "rollback": true } },
        "deployments": [{ "id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": definition, "desiredCount": 2, "runningCount": 2,
            "pendingCount": 0, "failedTasks": 0, "createdAt": 1_790_100_000 }],
        "events": [{ "id": "1", "message": format!("(service {name}) has reached a steady state.") }],
    })
}

/// A task that stopped.
pub fn stopped(service: &str, id: &str, revision: u32, how: &Value) -> Value {
    let mut task = json!({
        "taskArn": format!("{ACCOUNT}:task/plimsoll-production/{id}"), "group": format!("service:{service}"),
        "taskDefinitionArn": format!("{ACCOUNT}:task-definition/plimsoll-production-{service}:{revision}"),
        "lastStatus": "STOPPED", "desiredStatus": "STOPPED", "createdAt": 1_790_200_000, "stoppedAt": 1_790_200_060,
        "attachments": [{ "details": [{ "name": "privateIPv4Address", "value": "10.20.1.7" }] }],
    });
    task.as_object_mut().unwrap().extend(how.as_object().unwrap().clone());
    task
}

/// A task that runs.
pub fn running(service: &str, id: &str, revision: u32) -> Value {
    json!({
        "taskArn": format!("{ACCOUNT}:task/plimsoll-production/{id}"), "group": format!("service:{service}"),
        "taskDefinitionArn": format!("{ACCOUNT}:task-definition/plimsoll-production-{service}:{revision}"),
        "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "createdAt": 1_790_200_000, "startedAt": 1_790_200_020,
        "availabilityZone": "eu-west-2a", "enableExecuteCommand": true,
        "containers": [{ "name": service, "runtimeId": format!("{id}-1") }],
        "attachments": [{ "details": [{ "name": "privateIPv4Address", "value": "10.20.1.9" }] }],
    })
}
