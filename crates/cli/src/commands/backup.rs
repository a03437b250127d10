//! `plimsoll backup`: the embedded database, copied while serving goes on.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use server::compose;
use store::Audit;

use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    private_file,
    progress::Progress,
    screen::Screen,
    service_settings::StoreArguments,
};

const NOTES: &str = "\
The backup is the database as of one moment; `plimsoll restore` takes it. Without the keyring nothing personal in it can
be read, neither by a thief nor by you: keep the keyring elsewhere, or take it along with --with-keyring and guard the
pair. What is erased after the backup is still in it: see `restore --erasures-from`.

PostgreSQL is backed up by its own tools; the keyring then too has to be kept.";

/// Copy the embedded database while serving goes on
#[derive(Args)]
#[command(after_long_help = NOTES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Where the backup goes; nothing may be there yet
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Copy the keyring too, to FILE.keyring.json
    #[arg(long)]
    with_keyring: bool,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let (config, out) = (arguments.store.config()?, arguments.out.as_path());
    let own = compose::keyring_file(&config);
    if arguments.with_keyring && own.is_none() {
        return Err(Failure::usage(
            "--with-keyring: the keyring is a key of KMS, which cannot be copied; leave it away",
        ));
    }
    let keyring = arguments.with_keyring.then(|| beside(out));
    // The database fills an empty file; made here, nobody else can read it meanwhile.
    drop(private_file::create(out)?);
    let done = runtime()?.block_on(async {
        let _progress = Progress::steps(screen, "copying the database");
        let audit = Audit::open(&compose::database(&config).await?).await?;
        let done = audit.backup(out).await;
        audit.close().await;
        Ok::<_, Failure>(done?)
    });
    if let Err(failure) = done {
        // What is there is no backup.
        let _ = std::fs::remove_file(out);
        return Err(failure);
    }
    std::fs::File::open(out).and_then(|file| file.sync_all()).map_err(|error| Failure::file(out, &error))?;
    match (&own, &keyring) {
        (Some(own), Some(keyring)) => private_file::copy(own, keyring)?,
        (Some(own), None) => {
            screen.remark(&format!("the keyring ({}) is not in it: keep a copy of it somewhere else", own.display()));
        }
        (None, _) => screen.remark("it opens with the key of KMS that the settings name, and with no other"),
    }
    let bytes = std::fs::metadata(out).map_err(|error| Failure::file(out, &error))?.len();
    screen.result(&json!({ "out": out, "bytes": bytes, "keyring": keyring }), || {
        format!("{}: {bytes} bytes\n", out.display())
    })?;
    Ok(Verdict::Done)
}

/// Where a keyring stands beside a backup.
pub(super) fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".keyring.json");
    name.into()
}
