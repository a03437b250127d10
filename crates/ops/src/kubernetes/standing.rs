//! A Deployment of Kubernetes as it stands.

use serde_json::Value;

use super::kubectl;
use crate::failure::Failure;

/// The container that serves.
pub(crate) const CONTAINER: &str = "plimsoll";

/// What a Deployment says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) image: String,
    /// The number of its newest replica set, which `rollout undo` takes.
    pub(crate) revision: String,
    pub(crate) desired: i64,
    pub(crate) updated: i64,
    pub(crate) available: i64,
    pub(crate) replicas: i64,
    /// Whether the controller has seen what was asked for last.
    pub(crate) seen: bool,
    /// Why it does not get on, once Kubernetes has given it up.
    pub(crate) stuck: Option<String>,
    pub(crate) since: Option<String>,
}

impl Standing {
    /// Of a service's Deployment.
    pub(crate) async fn of(service: &str) -> Result<Self, Failure> {
        let found = kubectl::ask_json(&["get", "deployment", service]).await?;
        let (spec, status) = (&found["spec"], &found["status"]);
        let containers = spec["template"]["spec"]["containers"].as_array();
        let serving = containers.and_then(|all| all.iter().find(|one| one["name"] == CONTAINER));
        let image = serving.and_then(|one| one["image"].as_str()).ok_or_else(|| {
            Failure::input(service, format!("has no container {CONTAINER}: it is not of infra/kubernetes"))
        })?;
        let count = |value: &Value| value.as_i64().unwrap_or(0);
        let progressing =
            status["conditions"].as_array().and_then(|all| all.iter().find(|one| one["type"] == "Progressing"));
        let given_up = progressing.filter(|one| one["reason"] == "ProgressDeadlineExceeded");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            image: image.to_owned(),
            revision: text(&found["metadata"]["annotations"]["deployment.kubernetes.io/revision"]),
            desired: spec["replicas"].as_i64().unwrap_or(1),
            updated: count(&status["updatedReplicas"]),
            available: count(&status["availableReplicas"]),
            replicas: count(&status["replicas"]),
            seen: count(&status["observedGeneration"]) >= count(&found["metadata"]["generation"]),
            stuck: given_up.map(|one| text(&one["message"])),
            since: progressing.map(|one| text(&one["lastUpdateTime"])).filter(|at| !at.is_empty()),
        })
    }

    /// Whether all that is to run is new, is available, and nothing old is left.
    pub(crate) fn is_done(&self) -> bool {
        self.seen && self.updated == self.desired && self.available == self.desired && self.replicas == self.desired
    }
}
