//! What runs on ECS: services, revisions of their task definitions, deployments, tasks.

pub(crate) mod autopsy;
pub(crate) mod deployment;
pub(crate) mod difference;
pub(crate) mod follow;
pub(crate) mod image;
pub(crate) mod one_off;
pub(crate) mod revision;
pub(crate) mod service;
pub(crate) mod stream;
pub(crate) mod task;
