//! The roles of a task, and what they may do as IAM works it out.

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType};

use super::{Checks, Verdict};
use crate::aws::refusal;

pub(super) async fn look(checks: &mut Checks<'_>) {
    let definition = &checks.plan.wanted.definition;
    let (task, execution) = (definition.task_role_arn.clone(), definition.execution_role_arn.clone());
    if task.is_some() && task == execution {
        let said = "the program has the role that starts tasks, and could read every secret; give it one of its own";
        checks.add("roles", Verdict::Wrong, said);
    }
    for (what, role) in [("task role", task), ("execution role", execution)] {
        let Some(arn) = role else {
            checks.add(what, Verdict::Wrong, "the task definition names none");
            continue;
        };
        let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
        let call = checks.account.iam().get_role().role_name(&name);
        match call.send().await.map_err(refusal(format!("looking for the role {name}"))) {
            Ok(_) => checks.add(what, Verdict::Well, name),
            Err(no) => checks.refused(what, &no),
        }
    }
}

/// Looks whether a role may do something, with what a condition may ask for.
pub(super) async fn may(
    checks: &mut Checks<'_>,
    what: &str,
    (role, action, resource): (&str, &str, &str),
    context: Option<(&str, &str)>,
) {
    let entry = context.map(|(key, value)| {
        ContextEntry::builder()
            .context_key_name(key)
            .context_key_values(value)
            .context_key_type(ContextKeyTypeEnum::String)
            .build()
    });
    let name = role.rsplit('/').next().unwrap_or(role).to_owned();
    let call = checks.account.iam().simulate_principal_policy().policy_source_arn(role).action_names(action);
    let call = call.resource_arns(resource).set_context_entries(entry.map(|entry| vec![entry]));
    match call.send().await.map_err(refusal(format!("asking what {name} may do"))) {
        Ok(found) => {
            let allowed =
                |one: &aws_sdk_iam::types::EvaluationResult| one.eval_decision == PolicyEvaluationDecisionType::Allowed;
            let all = found.evaluation_results();
            if !all.is_empty() && all.iter().all(allowed) {
                checks.add(what, Verdict::Well, format!("{name} may {action}"));
            } else {
                let said = format!("{name} may not {action} of {resource}; allow it in its policy, or in its boundary");
                checks.add(what, Verdict::Wrong, said);
            }
        }
        Err(no) => checks.refused(what, &no),
    }
}
