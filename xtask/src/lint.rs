//! Formatting, lints, documentation, licences and advisories.

use std::process::Command;

use crate::{
    program::{Outcome, cargo, execute, root},
    setup,
};

/// Runs them all; the first that complains ends it.
pub(crate) fn run() -> Outcome {
    code()?;
    dependencies()
}

/// What the code itself must pass.
pub(crate) fn code() -> Outcome {
    execute(cargo().args(["fmt", "--all", "--check"]))?;
    execute(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    execute(cargo().args(["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Licences and sources by deny.toml; advisories where their database can be reached.
fn dependencies() -> Outcome {
    let deny = setup::tool("cargo-deny", "0.20.2")?;
    execute(Command::new(deny).current_dir(root()).args(["check", "--hide-inclusion-graph"]))
}
