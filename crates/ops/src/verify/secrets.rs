//! Secrets and keys: there, and readable by the role that reads them.

use super::{Checks, Verdict, roles};
use crate::aws::refusal;

pub(super) async fn look(checks: &mut Checks<'_>) {
    let definition = checks.plan.wanted.definition.clone();
    if let Some(execution) = definition.execution_role_arn() {
        for container in definition.container_definitions() {
            for secret in container.secrets() {
                look_at_secret(checks, &format!("secret {}", secret.name), &secret.value_from, execution).await;
            }
        }
    }
    let Some(task) = definition.task_role_arn() else { return };
    for pair in definition.container_definitions().iter().flat_map(|container| container.environment()) {
        let Some(key) = pair.value().and_then(|value| value.strip_prefix("kms:")) else { continue };
        let name = pair.name().unwrap_or_default();
        let action = if name == "PLIMSOLL_SIGNING_KEY" { "kms:Sign" } else { "kms:Decrypt" };
        roles::may(checks, &format!("key of {name}"), (task, action, key), None).await;
    }
}

async fn look_at_secret(checks: &mut Checks<'_>, what: &str, from: &str, role: &str) {
    let Some(arn) = secret_arn(from) else {
        return checks.add(what, Verdict::Doubt, format!("{from} is no ARN of Secrets Manager: not looked at"));
    };
    let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
    let call = checks.account.secrets().describe_secret().secret_id(&arn);
    match call.send().await.map_err(refusal(format!("looking for {arn}"))) {
        Ok(found) if found.deleted_date().is_some() => {
            checks.add(
                what,
                Verdict::Wrong,
                format!("{arn} is going to be deleted; `aws secretsmanager restore-secret`"),
            );
        }
        Ok(found) => {
            roles::may(checks, what, (role, "secretsmanager:GetSecretValue", &arn), None).await;
            // A key that is named otherwise than by its ARN is AWS's own, which needs no right.
            if let Some(key) = found.kms_key_id().filter(|key| key.starts_with("arn:")) {
                let via = format!("secretsmanager.{region}.amazonaws.com");
                let context = Some(("kms:ViaService", via.as_str()));
                roles::may(checks, &format!("key of {what}"), (role, "kms:Decrypt", key), context).await;
            }
        }
        Err(no) => checks.refused(what, &no),
    }
}

/// The secret's ARN without the JSON key, stage and version that ECS takes after it.
fn secret_arn(from: &str) -> Option<String> {
    let parts: Vec<&str> = from.split(':').collect();
    let is = parts.first() == Some(&"arn") && parts.get(2) == Some(&"secretsmanager") && parts.len() >= 7;
    is.then(|| parts[..7].join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_lose_what_ecs_adds() {
        let arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:task-tls-AbCdEf";
        assert_eq!(secret_arn(&format!("{arn}:private_key::")).as_deref(), Some(arn));
        assert_eq!(secret_arn(arn).as_deref(), Some(arn));
        assert_eq!(secret_arn("arn:aws:ssm:eu-west-2:123456789012:parameter/x"), None);
        assert_eq!(secret_arn("task-tls"), None);
    }
}
