//! Kubernetes' manifests: rendered by kustomize, checked against Kubernetes' own schemas and what Plimsoll asks of its pods.

use std::process::Command;

use crate::{
    program::{Outcome, captured, root},
    setup,
};

/// Renders each overlay and checks what comes out.
pub(super) fn run() -> Outcome {
    let mut check = Command::new(setup::python("kubernetes")?);
    captured(check.arg(root().join("infra/kubernetes/check.py"))).map(drop)
}
