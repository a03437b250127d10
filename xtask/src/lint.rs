//! Formatting, lints, documentation, licences and advisories.

use std::process::Command;

use crate::{
    program::{Outcome, cargo, execute, root},
    setup,
};

/// Runs them all; the first that complains ends it.
pub(crate) fn run() -> Outcome {
    code()?;
    dependencies()?;
    advisories()
}

/// What the code itself must pass.
pub(crate) fn code() -> Outcome {
    execute(cargo().args(["fmt", "--all", "--check"]))?;
    execute(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    execute(cargo().args(["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Licences, sources and doublets of what is linked, by deny.toml: what needs no network.
pub(crate) fn dependencies() -> Outcome {
    execute(deny()?.args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))
}

/// Known vulnerabilities of what is linked. The database is a git repository: where it cannot be fetched, that is said.
fn advisories() -> Outcome {
    if let Err(problem) = execute(deny()?.args(["fetch", "db"])) {
        eprintln!("xtask: ADVISORIES WERE NOT CHECKED, because their database cannot be fetched: {problem}");
        return Ok(());
    }
    execute(deny()?.args(["check", "--hide-inclusion-graph", "advisories"]))
}

fn deny() -> Outcome<Command> {
    let mut deny = Command::new(setup::tool("cargo-deny", "0.20.2")?);
    deny.current_dir(root());
    Ok(deny)
}
