//! What ECS, ECR and the logs do and answer.

use serde_json::{Value, json};

use super::{Deployment, State, network, world::ACCOUNT};

type Answer = Result<Value, String>;

pub fn answer(state: &mut State, operation: &str, said: &Value) -> Answer {
    match operation {
        "DescribeServices" => describe_services(state, said),
        "DescribeTaskDefinition" => describe_definition(state, said),
        "RegisterTaskDefinition" => Ok(register(state, said)),
        "UpdateService" => update(state, said),
        "ListServiceDeployments" => Ok(list_deployments(state, said)),
        "DescribeServiceDeployments" => Ok(describe_deployment(state, said)),
        "DescribeServiceRevisions" => Ok(describe_revision(said)),
        "StopServiceDeployment" => Ok(stop(state, said)),
        "ListTasks" => Ok(list_tasks(state, said)),
        "DescribeTasks" => Ok(describe_tasks(state, said)),
        "RunTask" => Ok(run_task(state, said)),
        "ExecuteCommand" => {
            Ok(json!({ "session": { "sessionId": "s-1", "streamUrl": "wss://stream", "tokenValue": "tell-nobody" } }))
        }
        "DescribeImages" => describe_images(state, said),
        // AWS:tell-nobody
        "GetAuthorizationToken" => Ok(
            json!({ "authorizationData": [{ "authorizationToken": "QVdTOnRlbGwtbm9ib2R5", "proxyEndpoint": "https://r" }] }),
        ),
        "GetLogEvents" => {
            let lines = state.logs.get(said["logStreamName"].as_str().unwrap()).cloned().unwrap_or_default();
            Ok(
                json!({ "events": lines.iter().map(|line| json!({ "message": line, "timestamp": 1 })).collect::<Vec<_>>() }),
            )
        }
        "DescribeLogGroups" => Ok(json!({ "logGroups": [{ "logGroupName": said["logGroupNamePrefix"] }] })),
        "DescribeSecret" => {
            Ok(json!({ "ARN": said["SecretId"], "KmsKeyId": "arn:aws:kms:eu-west-2:123456789012:key/1",
            "RotationEnabled": state.rotates }))
        }
        "GetSecretValue" => Ok(json!({ "ARN": said["SecretId"], "SecretString": state.secret })),
        "PutSecretValue" => Ok(json!({ "ARN": said["SecretId"], "VersionId": "v-2" })),
        "RotateSecret" => Ok(json!({ "ARN": said["SecretId"], "VersionId": "v-3" })),
        "GetCostAndUsage" if said["Granularity"] == "DAILY" => Ok(days(said)),
        "GetCostAndUsage" => Ok(bill()),
        "GetAnomalies" => Ok(json!({ "Anomalies": [{
            "AnomalyId": "a", "AnomalyStartDate": "2026-11-02T00:00:00Z", "AnomalyScore": { "MaxScore": 1.0, "CurrentScore": 1.0 },
            "Impact": { "MaxImpact": 20.0, "TotalImpact": 31.5, "TotalActualSpend": 41.5, "TotalExpectedSpend": 10.0 }, "MonitorArn": "m",
            "RootCauses": [{ "Service": "AmazonCloudWatch", "Region": "eu-west-2", "UsageType": "EUW2-DataProcessing-Bytes" }] }] })),
        "ListServiceQuotas" => Ok(network::quotas(state, said)),
        "DescribeScalableTargets" => Ok(network::bounds(said)),
        "FilterLogEvents" => Ok(filter(state, said)),
        other => panic!("no answer is written for {other}"),
    }
}

fn describe_services(state: &State, said: &Value) -> Answer {
    if said["cluster"] != "plimsoll-production" {
        return Err("ClusterNotFoundException".to_owned());
    }
    let names = said["services"].as_array().unwrap().iter();
    let found: Vec<&Value> = names.filter_map(|name| state.services.get(name.as_str().unwrap())).collect();
    Ok(json!({ "services": found }))
}

fn describe_definition(state: &State, said: &Value) -> Answer {
    let name = said["taskDefinition"].as_str().unwrap();
    let is = |one: &&Value| {
        let arn = one["taskDefinitionArn"].as_str().unwrap();
        arn == name || arn.ends_with(&format!("/{name}")) || one["family"] == name
    };
    let found = state.definitions.iter().rev().find(is).ok_or("ClientException")?;
    Ok(json!({ "taskDefinition": found, "tags": found["tags"] }))
}

fn register(state: &mut State, said: &Value) -> Value {
    let family = said["family"].as_str().unwrap();
    let last = state
        .definitions
        .iter()
        .filter(|one| one["family"] == family)
        .map(|one| one["revision"].as_u64().unwrap())
        .max();
    let revision = last.unwrap_or(0) + 1;
    let mut made = said.clone();
    made["revision"] = revision.into();
    made["taskDefinitionArn"] = format!("{ACCOUNT}:task-definition/{family}:{revision}").into();
    state.definitions.push(made.clone());
    json!({ "taskDefinition": made, "tags": said["tags"] })
}

fn update(state: &mut State, said: &Value) -> Answer {
    let name = said["service"].as_str().unwrap().to_owned();
    let service = state.services.get_mut(&name).ok_or("ServiceNotFoundException")?;
    if let Some(count) = said["desiredCount"].as_i64() {
        (service["desiredCount"], service["runningCount"]) = (count.into(), count.into());
    }
    if let Some(after) = said["taskDefinition"].as_str().map(str::to_owned) {
        let before = service["taskDefinition"].as_str().unwrap().to_owned();
        service["taskDefinition"] = after.as_str().into();
        let mut newest = service["deployments"][0].clone();
        newest["taskDefinition"] = after.as_str().into();
        service["deployments"].as_array_mut().unwrap().insert(0, newest);
        state.clock += 10;
        let frames = state.scripts.pop_front().expect("a script for this deployment");
        state.deployments.push(Deployment {
            arn: format!("{ACCOUNT}:service-deployment/plimsoll-production/{name}/d{}", state.clock),
            service: name.clone(),
            before,
            after,
            frames: frames.into(),
            created: 1_790_200_000 + state.clock,
        });
        state.deployments.extend(state.intruder.take());
    }
    Ok(json!({ "service": state.services[&name] }))
}

/// A revision of a service is named for its task definition here.
fn revision_arn(definition: &str) -> String {
    format!("{ACCOUNT}:service-revision/{definition}")
}

fn list_deployments(state: &State, said: &Value) -> Value {
    let ours = state.deployments.iter().filter(|one| said["service"] == one.service.as_str());
    let brief = |one: &Deployment| {
        let now = one.now();
        json!({ "serviceDeploymentArn": one.arn, "status": now.status, "statusReason": now.reason, "createdAt": one.created,
            "targetServiceRevisionArn": revision_arn(&one.after) })
    };
    json!({ "serviceDeployments": ours.map(brief).collect::<Vec<_>>() })
}

fn describe_revision(said: &Value) -> Value {
    let arn = said["serviceRevisionArns"][0].as_str().unwrap();
    let definition = arn.split_once("service-revision/").unwrap().1;
    json!({ "serviceRevisions": [{ "serviceRevisionArn": arn, "taskDefinition": definition }] })
}

/// Each look takes the deployment one step on.
fn describe_deployment(state: &mut State, said: &Value) -> Value {
    let arn = said["serviceDeploymentArns"][0].as_str().unwrap();
    let one = state.deployments.iter_mut().find(|one| one.arn == arn).unwrap();
    let now = one.now();
    if one.frames.len() > 1 {
        one.frames.pop_front();
    }
    let service = state.services.get_mut(&one.service).unwrap();
    if now.status.starts_with("ROLLBACK") {
        service["taskDefinition"] = one.before.as_str().into();
    }
    for deployment in service["deployments"].as_array_mut().unwrap() {
        if deployment["taskDefinition"] == one.after.as_str() {
            deployment["failedTasks"] = now.failed.into();
        }
    }
    let mut said = json!({
        "serviceDeploymentArn": one.arn, "status": now.status, "createdAt": one.created,
        "sourceServiceRevisions": [{ "arn": revision_arn(&one.before), "requestedTaskCount": 2, "runningTaskCount": 2, "pendingTaskCount": 0 }],
        "targetServiceRevision": { "arn": revision_arn(&one.after), "requestedTaskCount": 2,
            "runningTaskCount": now.running, "pendingTaskCount": now.pending },
        "deploymentCircuitBreaker": { "status": "MONITORING", "failureCount": now.failed, "threshold": 3 },
        "alarms": { "status": "MONITORING", "alarmNames": [format!("plimsoll-production-{}-5xx", one.service)],
            "triggeredAlarmNames": now.ringing },
    });
    for (name, value) in [("statusReason", now.reason), ("lifecycleStage", now.stage)] {
        if !value.is_empty() {
            said[name] = value.into();
        }
    }
    json!({ "serviceDeployments": [said] })
}

fn stop(state: &mut State, said: &Value) -> Value {
    let arn = said["serviceDeploymentArn"].as_str().unwrap();
    let one = state.deployments.iter_mut().find(|one| one.arn == arn).unwrap();
    let by = "Service deployment rolled back by a person.";
    one.frames = [super::frame("ROLLBACK_REQUESTED", 1, 0, by), super::frame("ROLLBACK_SUCCESSFUL", 0, 0, by)].into();
    json!({ "serviceDeploymentArn": arn })
}

fn list_tasks(state: &State, said: &Value) -> Value {
    let group = format!("service:{}", said["serviceName"].as_str().unwrap());
    let ours = state
        .tasks
        .iter()
        .filter(|one| one["group"] == group.as_str() && one["desiredStatus"] == said["desiredStatus"]);
    json!({ "taskArns": ours.map(|one| one["taskArn"].clone()).collect::<Vec<_>>() })
}

fn describe_tasks(state: &mut State, said: &Value) -> Value {
    let wanted = said["tasks"].as_array().unwrap();
    let found: Vec<Value> = state.tasks.iter().filter(|one| wanted.contains(&one["taskArn"])).cloned().collect();
    // A task of its own ends after the first look at it.
    for one in state.tasks.iter_mut().filter(|one| one["group"] == "one-off" && wanted.contains(&one["taskArn"])) {
        one["lastStatus"] = "STOPPED".into();
    }
    json!({ "tasks": found })
}

fn run_task(state: &mut State, said: &Value) -> Value {
    let name = said["overrides"]["containerOverrides"][0]["name"].clone();
    let task = json!({
        "taskArn": format!("{ACCOUNT}:task/plimsoll-production/oneoff1"), "group": "one-off", "lastStatus": "PENDING",
        "desiredStatus": "RUNNING", "startedAt": 1_790_200_000, "taskDefinitionArn": said["taskDefinition"],
        "containers": [{ "name": name, "exitCode": state.one_off }], "stoppedReason": "Essential container in task exited",
    });
    state.tasks.push(task.clone());
    json!({ "tasks": [task], "failures": [] })
}

fn describe_images(state: &State, said: &Value) -> Answer {
    let detail = |(digest, tags): &(String, Vec<String>)| {
        json!({ "imageDigest": digest, "imageTags": tags, "imagePushedAt": 1_790_150_000, "imageScanStatus": { "status": "COMPLETE" },
            "imageScanFindingsSummary": { "findingSeverityCounts": {} } })
    };
    let is = |(digest, tags): &&(String, Vec<String>)| match &said["imageIds"][0] {
        Value::Null => true,
        id => id["imageDigest"] == digest.as_str() || tags.iter().any(|tag| id["imageTag"] == tag.as_str()),
    };
    let found: Vec<Value> = state.images.iter().filter(is).map(detail).collect();
    if found.is_empty() { Err("ImageNotFoundException".to_owned()) } else { Ok(json!({ "imageDetails": found })) }
}

fn filter(state: &State, said: &Value) -> Value {
    let wanted = said["filterPattern"].as_str().map(|text| text.trim_matches('"').to_owned()).unwrap_or_default();
    let mut events = Vec::new();
    for (stream, lines) in &state.logs {
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(&wanted)) {
            events.push(json!({ "logStreamName": stream, "message": line, "eventId": format!("{stream}{at}"), "timestamp": 1_790_000_000_000_u64 }));
        }
    }
    json!({ "events": events })
}

/// Yesterday, and today as far as it is billed.
fn days(said: &Value) -> Value {
    let day = |start: &Value, end: &Value, usd: &str| {
        json!({ "TimePeriod": { "Start": start, "End": end }, "Estimated": true,
            "Total": { "UnblendedCost": { "Amount": usd, "Unit": "USD" } } })
    };
    let (start, end) = (&said["TimePeriod"]["Start"], &said["TimePeriod"]["End"]);
    json!({ "ResultsByTime": [day(start, end, "14.3149"), day(end, end, "3.2")] })
}

fn bill() -> Value {
    let group = |name: &str, usd: &str| json!({ "Keys": [name], "Metrics": { "UnblendedCost": { "Amount": usd, "Unit": "USD" } } });
    let groups = [
        group("Amazon Elastic Container Service", "41.2046"),
        group("Amazon Relational Database Service", "88.1"),
        group("Tax", "0.0000001"),
    ];
    json!({ "ResultsByTime": [{ "TimePeriod": { "Start": "2026-11-01", "End": "2026-11-26" }, "Groups": groups, "Estimated": true }] })
}
