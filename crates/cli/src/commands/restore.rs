//! `plimsoll restore`: a backup becomes the database of a folder.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;
use server::{
    compose::{self, DataFolder},
    config::Config,
};
use store::{
    Actor, Audit, Audited, DatabaseOptions, ErasureReason, Error, SqliteOptions, erasures_in,
    ledger::copy::{VerifyOptions, verify},
};
use uuid::Uuid;

use crate::{
    commands::{backup::beside, runtime},
    failure::{Failure, Verdict},
    figures::counted,
    operator::with_store,
    private_file,
    screen::Screen,
    service_settings::StoreArguments,
};

const NOTES: &str = "\
The backup's ledger is verified before it is put in place. The keyring is the one beside the backup (FILE.keyring.json), or
the one that is in the folder already, or that PLIMSOLL_KEYRING names.

Who was erased since the backup is in it again. Name a newer copy of the ledger (`plimsoll ledger export`) with
--erasures-from: whoever it says was erased is erased again, before anything is served.";

/// Put a backup in place as the database of a folder
#[derive(Args)]
#[command(after_long_help = NOTES)]
pub(crate) struct Arguments {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
    /// A newer copy of the ledger, whose erasures are made again
    #[arg(long, value_name = "COPY")]
    erasures_from: Option<PathBuf>,
}

/// What was done.
#[derive(Serialize)]
struct Restored {
    data: PathBuf,
    verified: Audited,
    /// Persons who were erased again.
    erased_again: u64,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let (file, data) = (arguments.file.as_path(), config.store.data.as_path());
    let Some(SqliteOptions { file: database, .. }) = compose::embedded(&config) else {
        return Err(Failure::usage("a backup is restored into a folder; unset PLIMSOLL_DATABASE_URL"));
    };
    let _folder = DataFolder::take(data)?;
    if database.exists() {
        let problem = "holds a database already; name an empty folder, or move that one away";
        return Err(Failure::usage(problem).in_file(data));
    }
    // Read before anything is put in place: a copy that is at fault stops it.
    let erasures = arguments.erasures_from.as_deref().map(erasures).transpose()?.unwrap_or_default();
    let keyring = compose::keyring_file(&config);
    let verified = runtime()?.block_on(async {
        let audit = Audit::open(&DatabaseOptions::Sqlite(SqliteOptions::new(file))).await?;
        let verified = audit.verify(&[]).await;
        audit.close().await;
        Ok::<_, Failure>(verified?)
    })?;
    if !verified.is_sound() {
        verified.findings.iter().for_each(|finding| screen.complain(&finding.to_string()));
        return Err(Failure::input("the backup is not as it was written; nothing was restored").in_file(file));
    }
    if let Some(keyring) = keyring.filter(|keyring| !keyring.exists()) {
        let own = beside(file);
        if !own.exists() {
            let problem =
                format!("there is no keyring at {}; put the one that belongs to the backup there", keyring.display());
            return Err(Failure::input(problem));
        }
        private_file::copy(&own, &keyring)?;
    }
    let part = data.join(format!(".restored.{}", std::process::id()));
    private_file::copy(file, &part)?;
    let erased_again = erase_and_place(&config, &part, &database, &erasures)?;
    let restored = Restored { data: data.to_owned(), verified, erased_again };
    screen.result(&restored, || {
        format!(
            "{}: {}, {}; {} erased again\n",
            data.display(),
            counted(restored.verified.entries, "entry"),
            counted(restored.verified.scores, "score"),
            counted(erased_again, "person")
        )
    })?;
    Ok(Verdict::Done)
}

/// Puts the database in its place and makes erasures again. The folder is locked meanwhile: nothing is served from it.
fn erase_and_place(
    config: &Config,
    part: &Path,
    database: &Path,
    erasures: &[(Uuid, ErasureReason)],
) -> Result<u64, Failure> {
    std::fs::rename(part, database).map_err(|error| Failure::file(database, &error))?;
    // Opened in any case: a keyring that does not belong to it is found out now, not at night.
    let opened = with_store(config, async |store| {
        let mut erased = 0;
        for (applicant, reason) in erasures {
            match store.erase_applicant(*applicant, *reason, &Actor::Operator.to_string()).await {
                Ok(_) => erased += 1,
                // First heard of after the backup.
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(erased)
    });
    if opened.is_err() {
        // A database whose erasures are lacking must not be served.
        let _ = std::fs::rename(database, database.with_extension("not-restored"));
    }
    opened
}

/// The erasures of a copy that is sound.
fn erasures(copy: &Path) -> Result<Vec<(Uuid, ErasureReason)>, Failure> {
    let open = || File::open(copy).map(BufReader::new).map_err(|error| Failure::file(copy, &error));
    let fault = |error: Error| Failure::input(error.to_string()).in_file(copy);
    let report = verify(open()?, &VerifyOptions::default()).map_err(|error| fault(error.into()))?;
    if let Some(issue) = report.issues.first() {
        return Err(Failure::input(format!("the copy is not as it was written: {issue}")).in_file(copy));
    }
    erasures_in(open()?).map_err(fault)
}
