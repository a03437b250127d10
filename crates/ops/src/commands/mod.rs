//! The commands: one file each.

mod cost;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Runs Plimsoll on AWS: what is there, what it costs
#[derive(Parser)]
#[command(name = "plimsoll-ops", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Cost(cost::Arguments),
}

/// Does what was asked.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Cost(arguments) => cost::run(&arguments),
    }
}
