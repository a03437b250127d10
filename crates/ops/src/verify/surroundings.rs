//! What stands around a task: log groups and target groups.

use super::{Checks, Verdict};
use crate::{aws::refusal, ecs::stream};

pub(super) async fn look(checks: &mut Checks<'_>) {
    look_at_logs(checks).await;
    look_at_targets(checks).await;
}

async fn look_at_logs(checks: &mut Checks<'_>) {
    let definition = &checks.plan.wanted.definition;
    let mut groups: Vec<String> =
        definition.container_definitions().iter().filter_map(stream::group).map(str::to_owned).collect();
    groups.sort();
    groups.dedup();
    for group in groups {
        let call = checks.account.logs().describe_log_groups().log_group_name_prefix(&group);
        match call.send().await.map_err(refusal(format!("looking for the log group {group}"))) {
            Ok(found) if found.log_groups().iter().any(|one| one.log_group_name() == Some(&group)) => {
                checks.add("log group", Verdict::Well, group);
            }
            Ok(_) => {
                checks.add("log group", Verdict::Wrong, format!("there is no {group}; tasks would not start: apply"))
            }
            Err(no) => checks.refused("log group", &no),
        }
    }
}

async fn look_at_targets(checks: &mut Checks<'_>) {
    for balancer in checks.plan.service.load_balancers().to_vec() {
        let Some(arn) = balancer.target_group_arn() else { continue };
        let container = balancer.container_name().unwrap_or_default();
        let port = balancer.container_port().unwrap_or_default();
        let mut all = checks.plan.wanted.definition.container_definitions().iter();
        let serving = all.find(|one| one.name() == Some(container));
        if !serving.is_some_and(|one| one.port_mappings().iter().any(|map| map.container_port() == Some(port))) {
            let said =
                format!("the balancer sends to port {port} of {container}, which the task definition does not open");
            checks.add("target group", Verdict::Wrong, said);
        }
        let name = arn.split("targetgroup/").nth(1).unwrap_or(arn).to_owned();
        let call = checks.account.balancers().describe_target_groups().target_group_arns(arn);
        match call.send().await.map_err(refusal(format!("looking for the target group {name}"))) {
            Ok(found) if found.target_groups().first().is_some_and(|one| one.load_balancer_arns().is_empty()) => {
                checks.add("target group", Verdict::Wrong, format!("no balancer sends anything to {name}; apply"));
            }
            Ok(_) => checks.add("target group", Verdict::Well, name),
            Err(no) => checks.refused("target group", &no),
        }
    }
}
