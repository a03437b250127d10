//! `plimsoll lake`: the exported files, verified.

mod verify;

use clap::{Args, Subcommand};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll lake verify                                # the lake of the settings, against its manifests
  plimsoll lake verify --ledger                       # and against the ledger
  plimsoll lake verify s3://risk-lake/decisions";

/// Check the files of the lake
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold every file against the manifest of its day
    Verify(verify::Arguments),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    match &arguments.command {
        Command::Verify(arguments) => verify::run(arguments, screen),
    }
}
