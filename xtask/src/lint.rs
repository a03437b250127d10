//! Formatting, lints, documentation, workflows, licences and advisories.

pub(crate) mod documents;

use std::process::Command;

use crate::{
    program::{Outcome, captured, cargo, execute, root},
    setup,
};

/// What developers and CI build: everything there is.
pub(crate) const FEATURES: [&str; 2] = ["--features", "plimsoll/aws"];

/// Runs them all; the first that complains ends it.
pub(crate) fn run() -> Outcome {
    code()?;
    documents::run()?;
    dependencies()?;
    advisories()
}

/// What the code itself must pass.
pub(crate) fn code() -> Outcome {
    execute(cargo().args(["fmt", "--all", "--check"]))?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet"]).args(FEATURES);
    execute(clippy.args(["--", "-D", "warnings"]))?;
    // The default build once more: what AWS alone needs must not be missed there.
    execute(cargo().args(["clippy", "--package", "plimsoll", "--quiet", "--", "-D", "warnings"]))?;
    default_build_is_light()?;
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--quiet"]).args(FEATURES).env("RUSTDOCFLAGS", "-D warnings");
    execute(&mut doc)
}

/// Whoever builds the main command with its default features compiles no SDK of AWS.
fn default_build_is_light() -> Outcome {
    let tree =
        captured(cargo().args(["tree", "--package", "plimsoll", "--edges", "normal,build", "--prefix", "none"]))?;
    match tree.lines().find(|line| line.starts_with("aws-") || line.starts_with("plimsoll-cloud ")) {
        Some(heavy) => Err(format!("the default build of `plimsoll` links {heavy}; put it behind the feature `aws`")),
        None => Ok(()),
    }
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
