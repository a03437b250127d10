//! Why pods of an image do not serve.

use serde_json::Value;

use super::{kubectl, standing::CONTAINER};
use crate::ecs::{
    autopsy::{Autopsy, Failed},
    stream,
};

/// Lines of a log that are shown.
const LINES: &str = "--tail=12";

/// The first pod of a service with an image that is not ready, and what it said.
pub(crate) async fn examine(service: &str, image: &str) -> Autopsy {
    let mut autopsy = Autopsy::default();
    let selector = format!("--selector=app.kubernetes.io/component={service}");
    let pods = match kubectl::ask_json(&["get", "pods", &selector]).await {
        Ok(pods) => pods,
        Err(failure) => {
            autopsy.remarks.push(failure.to_string());
            return autopsy;
        }
    };
    let ours = |pod: &&Value| {
        let containers = pod["spec"]["containers"].as_array();
        containers.is_some_and(|all| all.iter().any(|one| one["name"] == CONTAINER && one["image"] == image))
    };
    let mut pods = pods["items"].as_array().into_iter().flatten().filter(ours);
    let Some((pod, status)) = pods.find_map(|pod| {
        let all = pod["status"]["containerStatuses"].as_array();
        let status = all.and_then(|all| all.iter().find(|one| one["name"] == CONTAINER));
        (status.is_none_or(|one| one["ready"] != true)).then_some((pod, status))
    }) else {
        autopsy.remarks.push("no pod of the new image is there that is not ready".to_owned());
        return autopsy;
    };
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let ended = status.map(|one| &one["lastState"]["terminated"]).filter(|ended| !ended.is_null());
    let ended = ended.or_else(|| status.map(|one| &one["state"]["terminated"]).filter(|ended| !ended.is_null()));
    let waiting = status.map(|one| &one["state"]["waiting"]);
    let text = |value: Option<&Value>, key: &str| value.and_then(|one| one[key].as_str()).map(stream::clean);
    let mut log = Vec::new();
    if ended.is_some() || status.is_some_and(|one| !one["state"]["running"].is_null()) {
        let previous = if ended.is_some() { "--previous=true" } else { "--previous=false" };
        match kubectl::ask(&["logs", name, "--container", CONTAINER, LINES, previous]).await {
            Ok(text) => log = text.lines().map(stream::clean).collect(),
            Err(failure) => autopsy.remarks.push(failure.to_string()),
        }
    }
    let unscheduled =
        pod["status"]["conditions"].as_array().and_then(|all| all.iter().find(|one| one["status"] == "False"));
    autopsy.task = Some(Failed {
        id: name.to_owned(),
        stopped: ended.and_then(|one| one["finishedAt"].as_str()).map(str::to_owned),
        reason: text(waiting, "message").or_else(|| text(waiting, "reason")).or_else(|| text(unscheduled, "message")),
        container: status.map(|_| CONTAINER.to_owned()),
        exit_code: ended.and_then(|one| i32::try_from(one["exitCode"].as_i64()?).ok()),
        container_reason: text(ended, "reason"),
        log,
    });
    autopsy
}
