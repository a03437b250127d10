//! The long trials of the service: memory under load, and SIGKILL many times over.

use crate::{
    program::{Outcome, cargo, execute},
    setup,
};

/// Runs the service under load for so many minutes, then kills it so many times.
pub(crate) fn run(minutes: f64, kills: u64) -> Outcome {
    setup::run(false)?;
    let memory = execute(trial("memory_stays_flat").arg("--ignored").env("PLIMSOLL_SOAK_MINUTES", minutes.to_string()));
    let killed = execute(trial("killed").env("PLIMSOLL_KILLS", kills.to_string()));
    memory.and(killed)
}

/// Those trials of durability whose name contains this, with what they print.
fn trial(name: &str) -> std::process::Command {
    let mut command = cargo();
    command.args(["test", "--release", "-p", "plimsoll", "--test", "durability", "--", "--nocapture", name]);
    command
}
