//! `plimsoll ledger verify`.

use std::path::PathBuf;

use clap::Args;
use store::ledger::{Hash, PublicKey};

use super::{copied, database};
use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
    service_settings::StoreArguments,
};

const NOTES: &str = "\
Without FILE the database is verified: every entry against its chain, chains against their trees, checkpoints, the rows of
scores against their entries, and, of SQLite, the file itself. Whoever serves from it goes on.

A checkpoint that was kept elsewhere shows what no copy can show of itself: that the whole ledger was not written anew.";

/// Verify a copy of the ledger, or a database
#[derive(Args)]
#[command(after_long_help = NOTES)]
pub(super) struct Arguments {
    /// A copy, as `export` writes it, plain or gzip; without it the database is verified
    #[arg(conflicts_with = "data")]
    file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) store: StoreArguments,
    /// A public key that checkpoints may be signed with; may be given several times [default: of a database, its keyring's]
    #[arg(long = "key", value_name = "KEY")]
    pub(super) keys: Vec<PublicKey>,
    /// A checkpoint that was kept elsewhere; may be given several times
    #[arg(long, value_name = "NUMBER:HASH", value_parser = known, requires = "file")]
    pub(super) known: Vec<(u64, Hash)>,
    /// Also evaluate every score again, from its sealed application; needs the keyring
    #[arg(long, conflicts_with = "file")]
    pub(super) replay: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    match &arguments.file {
        Some(file) => copied::verify(file, arguments, screen),
        None => database::verify(arguments, screen),
    }
}

fn known(text: &str) -> Result<(u64, Hash), String> {
    let parts =
        text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, Hash::from_hex(hash.as_bytes())?)));
    parts.ok_or_else(|| "write the checkpoint's number, a colon, and the 64 digits of its hash".to_owned())
}
