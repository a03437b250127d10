//! Revisions of a task definition: the newest of a family is Terraform's latest word, a deployment puts an image into it.

use aws_sdk_ecs::{
    Client,
    types::{ContainerDefinition, Tag, TaskDefinition, TaskDefinitionField},
};

use super::image::{self, Image};
use crate::{aws::refusal, failure::Failure};

/// The tag that says which commit a revision runs.
const COMMIT: &str = "plimsoll:commit";

/// A revision with its tags.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    pub(crate) definition: TaskDefinition,
    pub(crate) tags: Vec<Tag>,
}

impl Revision {
    /// A revision by ARN or `family:number`; by family alone, its newest.
    pub(crate) async fn describe(ecs: &Client, name: &str) -> Result<Self, Failure> {
        let call = ecs.describe_task_definition().task_definition(name).include(TaskDefinitionField::Tags);
        let found = call.send().await.map_err(refusal(format!("describing the task definition {name}")))?;
        let definition = found.task_definition.ok_or_else(|| Failure::input(name, "is no task definition"))?;
        Ok(Self { definition, tags: found.tags.unwrap_or_default() })
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> &str {
        self.definition.task_definition_arn().unwrap_or_default()
    }

    /// Its family.
    pub(crate) fn family(&self) -> &str {
        self.definition.family().unwrap_or_default()
    }

    /// The commit that its tag names.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.tags.iter().find(|tag| tag.key() == Some(COMMIT))?.value()
    }

    /// The container that serves: named as the service, or the only one that must run.
    pub(crate) fn container(&self, service: &str) -> Result<&ContainerDefinition, Failure> {
        let all = self.definition.container_definitions();
        if let Some(named) = all.iter().find(|container| container.name() == Some(service)) {
            return Ok(named);
        }
        let mut essential = all.iter().filter(|container| container.essential() != Some(false));
        match (essential.next(), essential.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Failure::input(
                self.arn(),
                format!("has no container {service}, and not just one that is essential: which serves cannot be told"),
            )),
        }
    }

    /// The image that serves.
    pub(crate) fn image(&self, service: &str) -> Result<&str, Failure> {
        Ok(self.container(service)?.image().unwrap_or_default())
    }

    /// The same with another image: in the container that serves, and in those from the same repository beside it.
    pub(crate) fn with_image(&self, service: &str, image: &Image) -> Result<Self, Failure> {
        let serving = self.container(service)?.name().unwrap_or_default().to_owned();
        let from = image::repository(self.image(service)?).to_owned();
        let mut changed = self.clone();
        for container in changed.definition.container_definitions.iter_mut().flatten() {
            let same = container.image().is_some_and(|name| image::repository(name) == from);
            if same || container.name() == Some(&*serving) {
                container.image = Some(image.reference());
            }
        }
        changed.tags.retain(|tag| tag.key() != Some(COMMIT) && !tag.key().unwrap_or_default().starts_with("aws:"));
        if let Some(commit) = image.commit() {
            changed.tags.push(Tag::builder().key(COMMIT).value(commit).build());
        }
        Ok(changed)
    }

    /// Registers it as the newest of its family.
    pub(crate) async fn register(&self, ecs: &Client) -> Result<Self, Failure> {
        let from = self.definition.clone();
        let family = from.family.clone().unwrap_or_default();
        let call = ecs
            .register_task_definition()
            .set_family(from.family)
            .set_task_role_arn(from.task_role_arn)
            .set_execution_role_arn(from.execution_role_arn)
            .set_network_mode(from.network_mode)
            .set_container_definitions(from.container_definitions)
            .set_volumes(from.volumes)
            .set_placement_constraints(from.placement_constraints)
            .set_requires_compatibilities(from.requires_compatibilities)
            .set_cpu(from.cpu)
            .set_memory(from.memory)
            .set_tags(Some(self.tags.clone()).filter(|tags| !tags.is_empty()))
            .set_pid_mode(from.pid_mode)
            .set_ipc_mode(from.ipc_mode)
            .set_proxy_configuration(from.proxy_configuration)
            .set_ephemeral_storage(from.ephemeral_storage)
            .set_runtime_platform(from.runtime_platform)
            .set_enable_fault_injection(from.enable_fault_injection);
        let made = call.send().await.map_err(refusal(format!("registering a revision of {family}")))?;
        let definition =
            made.task_definition.ok_or_else(|| Failure::input(family, "was registered without an answer"))?;
        Ok(Self { definition, tags: made.tags.unwrap_or_default() })
    }
}
