//! Programs, run where the workspace is, with what they ran printed when they fail.

use std::{ffi::OsStr, path::PathBuf, process::Command};

use crate::lint;

/// The outcome of a task: what went wrong, in words.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    building(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program that builds: as it would from a shell, so that what is built here is not built anew there.
///
/// Cargo tells this program of its own package by variables, and build scripts look at variables of these names.
pub(crate) fn building(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name == "CARGO_MANIFEST_DIR" || name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command.current_dir(root());
    command
}

/// The operator's tool, built with what everything else is built with, so that nothing is built anew for it.
pub(crate) fn operators_tool() -> Outcome<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--locked", "--workspace", "--bin", "plimsoll-ops"]).args(lint::FEATURES);
    captured(&mut build)?;
    // Built as this program was, it lies beside it.
    let here = std::env::current_exe().map_err(|error| format!("where this program lies is not known: {error}"))?;
    Ok(here.with_file_name("plimsoll-ops"))
}

/// Runs a program to its end.
pub(crate) fn execute(command: &mut Command) -> Outcome {
    let words = words(command);
    eprintln!("$ {words}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{words}` ended with {status}")),
        Err(error) => Err(format!("`{words}` cannot be run: {error}")),
    }
}

/// Runs a program to its end and gives what it printed; where it fails, all that it said is in the error.
pub(crate) fn captured(command: &mut Command) -> Outcome<String> {
    let words = words(command);
    let output = command.output().map_err(|error| format!("`{words}` cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`{words}` ended with {}\n{}", output.status, String::from_utf8_lossy(&said)))
}

/// Whether a program is there and says so with exit code 0.
pub(crate) fn answers(program: impl AsRef<OsStr>, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let name = |word: &OsStr| word.to_string_lossy().into_owned();
    let mut words: Vec<String> = words.map(name).collect();
    if let Some(program) = words.first_mut() {
        *program = program.rsplit('/').next().unwrap_or_default().to_owned();
    }
    words.join(" ")
}
