//! `plimsoll lake verify`.

use std::fmt::Write;

use clap::Args;
use lake::{ManifestFile, Place, Verified};
use serde::Serialize;
use server::{compose, config::Config};
use store::{Position, Store};

use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    figures::counted,
    operator::with_store,
    progress::Progress,
    screen::Screen,
    service_settings::StoreArguments,
};

const NOTES: &str = "\
Every file that a manifest names must be there with its length, its SHA-256 and its rows; no decision may be in two files; no
file may lie there that no manifest names. With --ledger each file must hold as many decisions as the ledger has between its
first and its last, and no decision before the last one exported may be in no file.";

/// Hold every file against the manifest of its day
#[derive(Args)]
#[command(after_long_help = NOTES)]
pub(super) struct Arguments {
    /// The lake: a folder, or s3://bucket/prefix [default: PLIMSOLL_LAKE, else `lake` in the data folder]
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    /// Also hold the files against the ledger in the store of the settings
    #[arg(long)]
    ledger: bool,
    #[command(flatten)]
    store: StoreArguments,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    verified: Verified,
    sound: bool,
    /// Decisions of the ledger that are in no file yet: the last of each chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<u64>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let place = match &arguments.place {
        Some(text) => Place::parse(text)
            .ok_or_else(|| Failure::usage(format!("`{text}` is no place: name a folder, or s3://bucket/prefix")))?,
        None => config
            .lake
            .place(&config.store)
            .ok_or_else(|| Failure::usage("the settings export no lake (PLIMSOLL_LAKE); name one"))?,
    };
    let (mut verified, files) = {
        let progress = Progress::bytes(screen, None, "reading files");
        runtime()?.block_on(async {
            let store = compose::open_lake(&place).await?;
            Ok::<_, Failure>(lake::verify(&*store, |bytes| progress.advance(bytes)).await?)
        })?
    };
    let waiting = if arguments.ledger { Some(beside_ledger(&config, &files, &mut verified, screen)?) } else { None };
    let found = Found { sound: verified.problems == 0, verified, waiting };
    screen.result(&found, || text(&place, &found))?;
    Ok(if found.sound { Verdict::Done } else { Verdict::Unsound })
}

/// Holds files, by chain and place, against the ledger. Gives how many decisions are in none yet.
fn beside_ledger(
    config: &Config,
    files: &[ManifestFile],
    verified: &mut Verified,
    screen: &Screen,
) -> Result<u64, Failure> {
    let _progress = Progress::steps(screen, "counting decisions of the ledger");
    with_store(config, async |store| {
        let mut waiting = 0;
        let heads = store.heads().await?;
        for file in files.iter().filter(|file| heads.iter().all(|head| head.chain != file.chain)) {
            verified.find(&file.path, format!("the ledger has no chain {}", file.chain));
        }
        for head in heads {
            let mut next = 0;
            for file in files.iter().filter(|file| file.chain == head.chain) {
                let before = between(store, head.chain, next, file.first_sequence).await?;
                if before > 0 {
                    let problem = format!("{} before its first decision are in no file", counted(before, "decision"));
                    verified.find(&file.path, problem);
                }
                next = file.last_sequence + 1;
                let held = between(store, head.chain, file.first_sequence, next).await?;
                if held != file.decisions {
                    verified.find(&file.path, format!("the ledger has {} there", counted(held, "decision")));
                }
            }
            waiting += between(store, head.chain, next, head.size).await?;
        }
        Ok(waiting)
    })
}

/// Decisions of a chain from a place on, to before another.
async fn between(store: &Store, chain: u32, from: u64, to: u64) -> Result<u64, Failure> {
    let Some(last) = to.checked_sub(1).filter(|last| from <= *last) else { return Ok(0) };
    let place = |sequence| Position { chain, sequence };
    Ok(store.decisions_between(place(from), place(last)).await?)
}

fn text(place: &Place, found: &Found) -> String {
    let verified = &found.verified;
    let (days, files) = (counted(verified.days, "day"), counted(verified.files, "file"));
    let mut text = format!("{place}: {days}, {files}, {}\n", counted(verified.decisions, "decision"));
    for finding in &verified.findings {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {}", finding.path, finding.problem);
    }
    if let Some(waiting) = found.waiting.filter(|waiting| *waiting > 0) {
        let _ = writeln!(text, "{} of the ledger wait to be exported", counted(waiting, "decision"));
    }
    text.push_str(if found.sound { "sound\n" } else { "not as it was written\n" });
    text
}
