//! `plimsoll ledger verify-proof`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use store::ledger::{PublicKey, verify_proof};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

/// Check a document that proves that an entry belongs to the ledger
#[derive(Args)]
pub(super) struct Arguments {
    /// The proof
    file: PathBuf,
    /// The public key of the ledger; have it from somewhere else than the proof
    #[arg(long, value_name = "KEY")]
    key: PublicKey,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let bytes = std::fs::read(&arguments.file).map_err(|error| Failure::file(&arguments.file, &error))?;
    match verify_proof(&bytes, &arguments.key) {
        Ok(proof) => {
            let statement = &proof.checkpoint.statement;
            let document =
                json!({ "proved": true, "hash": proof.hash, "checkpoint": statement.number, "time": statement.time });
            screen.result(&document, || {
                format!(
                    "proved: entry {} is in the ledger of checkpoint {} ({})\n",
                    proof.hash, statement.number, statement.time
                )
            })?;
            Ok(Verdict::Done)
        }
        Err(error) => {
            screen.result(&json!({ "proved": false, "problem": error.to_string() }), || format!("{error}\n"))?;
            Ok(Verdict::Unsound)
        }
    }
}
