//! Where a container's lines go, and the last of them.

use aws_sdk_ecs::types::ContainerDefinition;

use super::service;
use crate::aws::{Account, Refusal, refusal};

/// The log group of a container, if CloudWatch has its lines.
pub(crate) fn group(container: &ContainerDefinition) -> Option<&str> {
    option(container, "awslogs-group")
}

/// The stream of a container of one task.
pub(crate) fn stream(container: &ContainerDefinition, task: &str) -> Option<String> {
    let prefix = option(container, "awslogs-stream-prefix")?;
    Some(format!("{prefix}/{}/{}", container.name()?, service::short(task)))
}

fn option<'a>(container: &'a ContainerDefinition, name: &str) -> Option<&'a str> {
    container.log_configuration()?.options()?.get(name).map(String::as_str)
}

/// The last lines of a container of one task, the oldest first.
pub(crate) async fn last(
    account: &Account,
    container: &ContainerDefinition,
    task: &str,
    lines: i32,
) -> Result<Vec<String>, Refusal> {
    let (Some(group), Some(stream)) = (group(container), stream(container, task)) else { return Ok(Vec::new()) };
    let call = account.logs().get_log_events().log_group_name(group).log_stream_name(stream).limit(lines);
    let found = call.start_from_head(false).send().await.map_err(refusal(format!("reading the log {group}")))?;
    Ok(found
        .events
        .unwrap_or_default()
        .into_iter()
        .filter_map(|event| event.message)
        .map(|text| clean(&text))
        .collect())
}

/// A line as it may be printed: nothing that moves a terminal's cursor.
pub(crate) fn clean(text: &str) -> String {
    text.trim_end().chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect()
}
