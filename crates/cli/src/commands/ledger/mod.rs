//! `plimsoll ledger`: copied, verified, proved.

mod checkpoint;
mod copied;
mod database;
mod export;
mod prove;
mod verify;
mod verify_proof;

use clap::{Args, Subcommand};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll ledger export --out ledger.ndjson
  plimsoll ledger verify ledger.ndjson --key ed25519:…
  plimsoll ledger verify --replay
  plimsoll ledger prove 01941f29-7c00-7000-8000-000000000001 --out proof.json
  plimsoll ledger verify-proof proof.json --key ed25519:…";

/// Copy, verify and prove what was decided
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Verify a copy of the ledger, or a database
    Verify(verify::Arguments),
    /// Write a copy of the ledger while serving goes on
    Export(export::Arguments),
    /// Make a signed checkpoint now
    Checkpoint(checkpoint::Arguments),
    /// Write a document that proves that an entry belongs to the ledger
    Prove(prove::Arguments),
    /// Check such a document
    VerifyProof(verify_proof::Arguments),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    match &arguments.command {
        Command::Verify(arguments) => verify::run(arguments, screen),
        Command::Export(arguments) => export::run(arguments, screen),
        Command::Checkpoint(arguments) => checkpoint::run(arguments, screen),
        Command::Prove(arguments) => prove::run(arguments, screen),
        Command::VerifyProof(arguments) => verify_proof::run(arguments, screen),
    }
}
