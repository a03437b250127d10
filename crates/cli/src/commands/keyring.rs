//! `plimsoll keyring`: the service's own keys, and the keyring that wraps them.

use std::fmt::Write;

use clap::{Args, Subcommand};
use serde_json::json;
use server::{compose, config::KeyPlace};
use store::{Rewrap, ServiceKey, WriterOptions};

use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    figures::counted,
    operator::with_store,
    screen::Screen,
    service_settings::StoreArguments,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll keyring show
  plimsoll keyring renew
  PLIMSOLL_KEYRING=kms:alias/plimsoll/app PLIMSOLL_SIGNING_KEY=kms:alias/plimsoll/signing \\
    plimsoll keyring rewrap --from plimsoll-data/keyring.json

The keyring (a file, or a key of KMS) wraps the service's few keys; those wrap the keys of people. A new service key takes
over by itself (PLIMSOLL_KEYRING_SEALS, PLIMSOLL_KEYRING_AGE). Moving to another keyring wraps the service's keys anew; what
they sealed stays as it is. Instances that run go on; start the next with the new settings.";

/// Show the service's own keys, have a new one take over, move them to another keyring
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the service's keys: what for, which keyring wrapped them, how much they sealed
    Show(Show),
    /// Have a new key wrap the keys of people from now on
    Renew(Renew),
    /// Have the keyring wrap the service's keys anew
    Rewrap(RewrapArguments),
}

#[derive(Args)]
struct Show {
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Args)]
struct Renew {
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Args)]
struct RewrapArguments {
    /// The keyring that wrapped them so far, where it is another: a file, or kms: and a key's ARN or alias
    #[arg(long, value_name = "KEYRING", value_parser = place)]
    from: Option<KeyPlace>,
    #[command(flatten)]
    store: StoreArguments,
}

fn place(text: &str) -> Result<KeyPlace, String> {
    KeyPlace::parse(text).ok_or_else(|| "name a file, or kms: and a key's ARN or alias".to_owned())
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    match &arguments.command {
        Command::Show(Show { store }) => {
            let keys = with_store(&store.config()?, async |store| Ok(store.service_keys().await?))?;
            screen.result(&keys, || text(&keys))?;
        }
        Command::Renew(Renew { store }) => {
            let keys = with_store(&store.config()?, async |store| {
                store.renew_key().await?;
                Ok(store.service_keys().await?)
            })?;
            screen.result(&keys, || text(&keys))?;
        }
        Command::Rewrap(arguments) => rewrap(arguments, screen)?,
    }
    Ok(Verdict::Done)
}

fn rewrap(arguments: &RewrapArguments, screen: &Screen) -> Result<(), Failure> {
    let config = arguments.store.config()?;
    let (rewrapped, signer) = runtime()?.block_on(async {
        let writer = WriterOptions::default();
        let store = match &arguments.from {
            None => compose::open_store(&config, writer).await?,
            Some(former) => compose::open_store_from(&config, former, writer).await?,
        };
        let rewrapped = store.rewrap_keys(Rewrap::All).await;
        let signer = store.public_key();
        store.close().await;
        Ok::<_, Failure>((rewrapped?, signer?.to_string()))
    })?;
    screen.result(&json!({ "rewrapped": rewrapped, "signed_by": signer }), || {
        format!(
            "{} wrapped anew\ncheckpoints are signed by {signer} from now on\nWhere that is another key than before, keep the \
             one before: what it signed is verified with it.\n",
            counted(rewrapped.len() as u64, "key")
        )
    })
}

/// Not a table: names of keyrings are longer than its cells may be.
fn text(keys: &[ServiceKey]) -> String {
    let mut text = String::new();
    for key in keys {
        let active = if key.active { ", wraps what is new" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} for {}{active}", key.id, key.purpose);
        let _ = writeln!(text, "    wrapped by {} at {}", key.keyring, key.wrapped);
        let _ = writeln!(text, "    made at {}, has sealed {}", key.created, counted(key.seals, "time"));
    }
    text
}
