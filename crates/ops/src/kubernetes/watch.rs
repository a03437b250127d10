//! What runs on Kubernetes, and what it says.

use std::time::Duration;

use serde::Serialize;

use super::{
    kubectl,
    standing::{CONTAINER, Standing},
};
use crate::{ecs::image, failure::Failure, table::rows};

/// How a service stands on Kubernetes.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    service: String,
    revision: String,
    image: String,
    available: i64,
    desired: i64,
    since: Option<String>,
    state: &'static str,
}

/// How services stand.
pub(crate) async fn status(services: &[String]) -> Result<(Vec<Line>, String), Failure> {
    let mut lines = Vec::new();
    for service in services {
        let now = Standing::of(service).await?;
        let state = if now.is_done() {
            "live"
        } else if now.stuck.is_some() {
            "given up"
        } else {
            "rolling out"
        };
        let Standing { image, revision, available, desired, since, .. } = now;
        lines.push(Line { service: service.clone(), revision, image, available, desired, since, state });
    }
    let mut table = rows(&["service", "revision", "from", "pods", "since", "state"]);
    for one in &lines {
        let from = image::digest(&one.image).and_then(|digest| digest.get(..19)).unwrap_or(&one.image);
        let pods = format!("{}/{}", one.available, one.desired);
        table.add(&[&one.service, &one.revision, from, &pods, one.since.as_deref().unwrap_or("?"), one.state]);
    }
    Ok((lines, table.to_string()))
}

/// Which lines are asked for.
pub(crate) struct Asked<'a> {
    pub(crate) service: &'a str,
    pub(crate) since: Duration,
    pub(crate) follow: bool,
    /// Only lines that hold this text.
    pub(crate) text: Option<&'a str>,
}

/// Shows what the pods of a service say; ends with whether kubectl did.
pub(crate) async fn logs(asked: &Asked<'_>) -> Result<(), Failure> {
    use tokio::io::{AsyncBufReadExt as _, BufReader};
    let selector = format!("--selector=app.kubernetes.io/component={}", asked.service);
    let (since, follow) = (format!("--since={}s", asked.since.as_secs().max(1)), format!("--follow={}", asked.follow));
    let words = [
        "logs",
        &selector,
        "--container",
        CONTAINER,
        &since,
        &follow,
        "--prefix",
        "--tail=-1",
        "--max-log-requests=50",
    ];
    let mut child = kubectl::command(&words).stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn();
    let child = child
        .as_mut()
        .map_err(|error| Failure::input("kubectl", format!("cannot be started ({error}); install it")))?;
    if let Some(out) = child.stdout.take() {
        let mut lines = BufReader::new(out).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if asked.text.is_none_or(|text| line.contains(text)) {
                println!("{}", crate::ecs::stream::clean(&line));
            }
        }
    }
    match child.wait().await {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Failure::Refused("kubectl logs did not end well; what it said is above".to_owned())),
    }
}
