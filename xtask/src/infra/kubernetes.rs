//! Kubernetes' manifests: rendered by kustomize, checked against Kubernetes' own schemas and what Plimsoll asks of its pods.

use std::process::Command;

use crate::{
    program::{Outcome, root},
    setup,
};

/// Renders each overlay and checks what comes out.
pub(super) fn run() -> Outcome {
    let mut check = Command::new(setup::python("kubernetes")?);
    let output = check.arg(root().join("infra/kubernetes/check.py")).output();
    let output = output.map_err(|error| format!("the check of the manifests cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("infra/kubernetes/check.py:\n{}", String::from_utf8_lossy(&said)))
}
