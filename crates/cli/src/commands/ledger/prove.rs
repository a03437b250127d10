//! `plimsoll ledger prove`.

use std::path::PathBuf;

use clap::Args;
use store::Position;
use uuid::Uuid;

use crate::{
    failure::{Failure, Verdict},
    operator::with_store,
    output_file::OutputFile,
    screen::Screen,
    service_settings::StoreArguments,
};

/// Write a document that proves that an entry belongs to the ledger
#[derive(Args)]
pub(super) struct Arguments {
    /// A score's id, or chain and place of an entry, as in 0-17
    #[arg(value_parser = which)]
    entry: Which,
    #[command(flatten)]
    store: StoreArguments,
    /// Where the proof goes
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// How an entry is named.
#[derive(Clone, Copy)]
enum Which {
    Score(Uuid),
    Place(Position),
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let proof = with_store(&config, async |store| {
        let position = match arguments.entry {
            Which::Score(id) => store.position_of_score(id).await?,
            Which::Place(position) => position,
        };
        Ok(store.prove(position).await?)
    })?;
    OutputFile::write_text(&arguments.out, &[], &proof.to_json())?;
    if arguments.out != std::path::Path::new("-") {
        screen.remark(&format!(
            "{}: proved by checkpoint {}",
            arguments.out.display(),
            proof.checkpoint.statement.number
        ));
    }
    Ok(Verdict::Done)
}

fn which(text: &str) -> Result<Which, String> {
    if let Ok(id) = Uuid::parse_str(text) {
        return Ok(Which::Score(id));
    }
    let parts = text.split_once('-').and_then(|(chain, place)| Some((chain.parse().ok()?, place.parse().ok()?)));
    let place = parts.map(|(chain, sequence)| Which::Place(Position { chain, sequence }));
    place.ok_or_else(|| "name the id of a score, or chain and place of an entry, as in 0-17".to_owned())
}
