//! The Containerfile, and the compose file with what belongs to it: their form, and what Plimsoll asks of containers.

use std::process::Command;

use crate::{
    program::{Outcome, captured, root},
    setup,
};

/// Checks them.
pub(super) fn run() -> Outcome {
    let mut check = Command::new(setup::python("container")?);
    captured(check.arg(root().join("infra/container/check.py"))).map(drop)
}
