//! The commands: one file each.

mod canary;
mod cost;
mod deploy;
mod ending;
mod exec;
mod logs;
mod registry_password;
mod restore_drill;
mod rollback;
mod run;
mod scale;
mod secrets;
mod status;
mod tasks;
mod verify;

use std::{future::Future, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Runs Plimsoll on AWS: what is there, how it changes, what it costs
///
/// Exit codes: 0 done, and after a deployment live; 1 begun and not brought to a good end; 2 rolled back; 3 timed out;
/// 4 refused before anything was begun.
#[derive(Parser)]
#[command(name = "plimsoll-ops", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Deploy(deploy::Arguments),
    Rollback(rollback::Arguments),
    Verify(verify::Arguments),
    Status(status::Arguments),
    Tasks(tasks::Arguments),
    Logs(logs::Arguments),
    Scale(scale::Arguments),
    RestoreDrill(restore_drill::Arguments),
    Run(run::Arguments),
    Exec(exec::Arguments),
    Secrets(secrets::Arguments),
    Cost(cost::Arguments),
    RegistryPassword(registry_password::Arguments),
}

/// Does what was asked.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Deploy(arguments) if arguments.tidies_up() => run_through(deploy::run(&arguments)),
        Command::Deploy(arguments) => wait_for(deploy::run(&arguments)),
        Command::Rollback(arguments) => wait_for(rollback::run(&arguments)),
        Command::Verify(arguments) => wait_for(verify::run(&arguments)),
        Command::Status(arguments) => wait_for(status::run(&arguments)),
        Command::Tasks(arguments) => wait_for(tasks::run(&arguments)),
        Command::Logs(arguments) => wait_for(logs::run(&arguments)),
        Command::Scale(arguments) => wait_for(scale::run(&arguments)),
        Command::RestoreDrill(arguments) => run_through(restore_drill::run(&arguments)),
        Command::Run(arguments) => wait_for(run::run(&arguments)),
        Command::Exec(arguments) => wait_for(exec::run(&arguments)),
        Command::Secrets(arguments) => wait_for(secrets::run(&arguments)),
        Command::Cost(arguments) => cost::run(&arguments),
        Command::RegistryPassword(arguments) => wait_for(registry_password::run(&arguments)),
    }
}

/// Runs what speaks to AWS, and what an interruption leaves to itself.
fn wait_for(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    run_through(async {
        tokio::select! {
            done = work => done,
            Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Underway(
                "interrupted: what was begun on AWS goes on by itself; look with `plimsoll-ops status`".to_owned(),
            )),
        }
    })
}

/// Runs what speaks to AWS, and sees to it itself what becomes of it when it is interrupted.
fn run_through(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::Refused(format!("no runtime: {error}")))?.block_on(work)
}

/// A result for programs.
fn print_json(what: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(what).map_err(|error| Failure::Underway(format!("no JSON: {error}")))?;
    println!("{text}");
    Ok(())
}

/// Lines for a terminal.
fn print_lines(lines: impl IntoIterator<Item = String>) {
    for line in lines {
        println!("{line}");
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn what_workflows_call_is_there_with_these_arguments() {
        let called = testbed::workflow_commands(&["plimsoll-ops"]);
        assert!(!called.is_empty(), "no workflow deploys");
        for (place, words) in called {
            let words = std::iter::once("plimsoll-ops".to_owned()).chain(words);
            if let Err(error) = Arguments::try_parse_from(words) {
                panic!("{place}: {error}");
            }
        }
    }
}
