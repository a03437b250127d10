//! The same on EKS, by kubectl, which signs in and is set up as the operator already has it.

mod deploy;
mod follow;
mod kubectl;
mod pods;
mod standing;
mod watch;

pub(crate) use deploy::{deploy, rollback};
pub(crate) use watch::{Asked, logs, status};
