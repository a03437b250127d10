//! A database, verified.

use std::fmt::Write;

use serde::Serialize;
use server::{
    compose,
    config::Config,
    scoring::{Replayed, replay},
};
use store::{Audit, Audited, WriterOptions, ledger::PublicKey};

use super::verify::Arguments;
use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    figures::counted,
    progress::Progress,
    screen::Screen,
};

/// What was found.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    audited: Audited,
    sound: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<Replayed>,
}

pub(super) fn verify(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let runtime = runtime()?;
    let keys = match arguments.keys.as_slice() {
        [] => runtime.block_on(compose::public_key(&config))?.into_iter().collect(),
        keys => keys.to_vec(),
    };
    let found = runtime.block_on(look(&config, &keys, arguments.replay, screen))?;
    screen.result(&found, || text(&found, !keys.is_empty()))?;
    Ok(if found.sound { Verdict::Done } else { Verdict::Unsound })
}

async fn look(config: &Config, keys: &[PublicKey], again: bool, screen: &Screen) -> Result<Found, Failure> {
    let audited = {
        let _progress = Progress::steps(screen, "verifying the database");
        let audit = Audit::open(&compose::database(config).await?).await?;
        let audited = audit.verify(keys).await;
        audit.close().await;
        audited?
    };
    let mut replayed = None;
    if again {
        let progress = Progress::bytes(screen, None, "evaluating again");
        let store = compose::open_store(config, WriterOptions::default()).await?;
        let outcome = replay(&store, |entries| progress.advance(entries)).await;
        store.close().await;
        replayed = Some(outcome.map_err(|problem| Failure::input(problem.detail().to_owned()))?);
    }
    let sound = audited.is_sound() && replayed.as_ref().is_none_or(|replayed| replayed.different == 0);
    Ok(Found { audited, sound, replayed })
}

fn text(found: &Found, has_key: bool) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, found, has_key);
    text
}

fn write(text: &mut String, found: &Found, has_key: bool) -> std::fmt::Result {
    let audited = &found.audited;
    writeln!(
        text,
        "{}, {} with rows that agree, {}, {} with the key's signature",
        counted(audited.entries, "entry"),
        counted(audited.scores, "score"),
        counted(audited.checkpoints, "checkpoint"),
        audited.signatures
    )?;
    for head in &audited.heads {
        writeln!(text, "chain {}: {}, head {}", head.chain, counted(head.size, "entry"), head.hash)?;
    }
    for finding in &audited.findings {
        writeln!(text, "{finding}")?;
    }
    if let Some(replayed) = &found.replayed {
        writeln!(
            text,
            "evaluated again: {} the same, {} of erased persons, {} different",
            replayed.same, replayed.erased, replayed.different
        )?;
        for difference in &replayed.differences {
            writeln!(text, "chain {}, entry {}: {}", difference.chain, difference.sequence, difference.problem)?;
        }
    }
    writeln!(
        text,
        "{}",
        match (found.sound, has_key) {
            (true, true) => "sound",
            (true, false) => "sound in itself; there is no keyring, name the public key with --key",
            (false, _) => "not as it was written",
        }
    )
}
