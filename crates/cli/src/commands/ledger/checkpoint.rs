//! `plimsoll ledger checkpoint`.

use clap::Args;
use serde_json::value::RawValue;

use crate::{
    failure::{Failure, Verdict},
    operator::with_store,
    screen::Screen,
    service_settings::StoreArguments,
};

/// Make a signed checkpoint now
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let (checkpoint, key) = with_store(&config, async |store| Ok((store.checkpoint().await?, store.public_key()?)))?;
    let document = RawValue::from_string(checkpoint.text()).map_err(|error| Failure::input(error.to_string()))?;
    let statement = &checkpoint.signed.statement;
    screen.result(&document, || {
        format!(
            "checkpoint {}:{}\n{}, {} entries in {} chains\nsigned by {key}\nKeep this elsewhere: a ledger that is altered later contradicts it.\n",
            statement.number,
            checkpoint.hash(),
            statement.time,
            statement.size,
            statement.chains
        )
    })?;
    Ok(Verdict::Done)
}
