//! How a task definition differs from another: what a reader of a deployment has to know, and never a secret's value.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{ContainerDefinition, TaskDefinition};
use serde::Serialize;

/// One thing that is another, new, or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// What it is, such as `api: environment PLIMSOLL_LOG`.
    pub(crate) what: String,
    /// As it was; none if it is new.
    pub(crate) before: Option<String>,
    /// As it will be; none if it goes.
    pub(crate) after: Option<String>,
}

impl Change {
    /// A change of one thing, if it is one.
    pub(crate) fn of(what: &str, before: Option<String>, after: Option<String>) -> Option<Self> {
        (before != after).then(|| Self { what: what.to_owned(), before, after })
    }

    /// As a line for a terminal.
    pub(crate) fn line(&self) -> String {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("~ {}: {before} → {after}", self.what),
            (None, Some(after)) => format!("+ {}: {after}", self.what),
            (Some(before), None) => format!("- {}: {before}", self.what),
            (None, None) => String::new(),
        }
    }
}

/// A value, and whether it may be shown.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Shown(String),
    Secret(String),
    /// Too large to show: only that it changed is told.
    Large(String),
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Shown(text) => text.clone(),
            Self::Secret(_) => "(not shown)".to_owned(),
            Self::Large(_) => "(other details)".to_owned(),
        }
    }
}

/// What changes from one task definition to another.
pub(crate) fn between(before: &TaskDefinition, after: &TaskDefinition) -> Vec<Change> {
    let (before, after) = (parts(before), parts(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Change {
            what: name.clone(),
            before: before.get(name).map(Value::text),
            after: after.get(name).map(Value::text),
        })
        .collect()
}

fn parts(definition: &TaskDefinition) -> BTreeMap<String, Value> {
    let mut parts = BTreeMap::new();
    let mut shown = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            parts.insert(name.to_owned(), Value::Shown(value));
        }
    };
    shown("task: cpu", definition.cpu.clone());
    shown("task: memory", definition.memory.clone());
    shown("task: task role", definition.task_role_arn.clone());
    shown("task: execution role", definition.execution_role_arn.clone());
    let platform = definition.runtime_platform.as_ref();
    shown(
        "task: architecture",
        platform.and_then(|on| on.cpu_architecture.as_ref()).map(|one| one.as_str().to_owned()),
    );
    let storage = definition.ephemeral_storage.as_ref();
    shown("task: storage", storage.map(|storage| format!("{} GiB", storage.size_in_gib)));
    let volumes: Vec<&str> = definition.volumes().iter().filter_map(|volume| volume.name()).collect();
    shown("task: volumes", Some(volumes.join(", ")).filter(|names| !names.is_empty()));
    let rest = (&definition.network_mode, &definition.proxy_configuration, &definition.pid_mode, &definition.ipc_mode);
    let rest = format!("{rest:?} {:?} {:?}", definition.volumes, definition.enable_fault_injection);
    parts.insert("task: further settings".to_owned(), Value::Large(rest));
    for container in definition.container_definitions() {
        add_container(&mut parts, container);
    }
    parts
}

fn add_container(parts: &mut BTreeMap<String, Value>, container: &ContainerDefinition) {
    let name = container.name().unwrap_or("?");
    for pair in container.environment() {
        let (key, value) = (pair.name().unwrap_or_default(), pair.value().unwrap_or_default().to_owned());
        let value = if is_secret(key, &value) { Value::Secret(value) } else { Value::Shown(value) };
        parts.insert(format!("{name}: environment {key}"), value);
    }
    // Where a secret is kept is no secret.
    for secret in container.secrets() {
        parts.insert(format!("{name}: secret {}", secret.name), Value::Shown(secret.value_from.clone()));
    }
    let mut shown = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            parts.insert(format!("{name}: {what}"), Value::Shown(value));
        }
    };
    let words = |words: &[String]| Some(words.join(" ")).filter(|words| !words.is_empty());
    shown("image", container.image.clone());
    shown("entry point", words(container.entry_point()));
    shown("command", words(container.command()));
    shown("user", container.user.clone());
    shown("essential", container.essential.map(|is| is.to_string()));
    shown("read-only root", container.readonly_root_filesystem.map(|is| is.to_string()));
    shown("privileged", container.privileged.map(|is| is.to_string()));
    shown("cpu", Some(container.cpu).filter(|cpu| *cpu != 0).map(|cpu| cpu.to_string()));
    shown("memory", container.memory.map(|memory| format!("{memory} MiB")));
    shown("stop timeout", container.stop_timeout.map(|seconds| format!("{seconds} s")));
    let ports: Vec<String> =
        container.port_mappings().iter().filter_map(|one| Some(one.container_port?.to_string())).collect();
    shown("ports", words(&ports));
    let log = container.log_configuration.as_ref().and_then(|log| log.options.as_ref()?.get("awslogs-group").cloned());
    shown("log group", log);
    parts.insert(format!("{name}: further settings"), Value::Large(further(container)));
}

/// What is not listed by name, as a text that differs if it does. Maps have no order, so they are put in one.
fn further(container: &ContainerDefinition) -> String {
    let mut rest = container.clone();
    let options = rest.log_configuration.as_mut().and_then(|log| log.options.take());
    let labels = rest.docker_labels.take();
    let sorted = [options, labels].map(|map| map.map(|map| map.into_iter().collect::<BTreeMap<_, _>>()));
    (rest.environment, rest.secrets, rest.image, rest.entry_point, rest.command) = (None, None, None, None, None);
    (rest.user, rest.essential, rest.readonly_root_filesystem, rest.privileged) = (None, None, None, None);
    (rest.cpu, rest.memory, rest.stop_timeout) = (0, None, None);
    format!("{rest:?} {sorted:?}")
}

/// Settings hold no secrets; where one does, by its name or as the password of an address, it is not shown.
fn is_secret(name: &str, value: &str) -> bool {
    const WORDS: [&str; 6] = ["PASSWORD", "SECRET", "TOKEN", "PRIVATE", "CREDENTIAL", "_KEY"];
    // A setting such as kms:arn… names a key, it is none.
    let names_a_key = value.starts_with("kms:") || value.starts_with("arn:") || value.starts_with('/');
    let address = value.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next());
    let has_password = address.and_then(|rest| rest.rsplit_once('@')).is_some_and(|(user, _)| user.contains(':'));
    let name = name.to_ascii_uppercase();
    has_password || (!names_a_key && WORDS.iter().any(|word| name.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_settings() {
        for (name, value) in [
            ("PLIMSOLL_DATABASE_URL", "postgres://plimsoll:hunter2@db:5432/plimsoll"),
            ("API_TOKEN", "abc"),
            ("plimsoll_signing_key", "abc"),
        ] {
            assert!(is_secret(name, value), "{name}");
        }
        for (name, value) in [
            ("PLIMSOLL_DATABASE_URL", "postgres://plimsoll@db:5432/plimsoll?sslmode=verify-full"),
            ("PLIMSOLL_SIGNING_KEY", "kms:arn:aws:kms:eu-west-2:123456789012:key/1"),
            ("PLIMSOLL_LOG", "info"),
        ] {
            assert!(!is_secret(name, value), "{name}");
        }
    }
}
