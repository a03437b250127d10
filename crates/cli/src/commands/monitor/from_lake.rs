//! Drift from the lake: what the service decided, counted without a query engine.

use lake::{Place, Range};
use scorecard::Scorecard;
use serde::Serialize;
use server::compose;
use store::registry::DocumentKind;
use training::drift::{DriftReport, Light, Thresholds};

use super::{Arguments, text};
use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    figures::counted,
    model_file,
    operator::with_store,
    progress::Progress,
    screen::Screen,
};

/// The drift report, as `--json` prints it, and what it rests on.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    drift: DriftReport,
    files: u64,
    decisions: u64,
    decisions_of_other_models: u64,
    decisions_without_score: u64,
    decisions_with_attributes: u64,
}

/// A place as the flag names it.
pub(super) fn place(text: &str) -> Result<Place, String> {
    Place::parse(text).ok_or_else(|| "name a folder, or s3://bucket/prefix".to_owned())
}

/// A day as the flags name it.
pub(super) fn day(text: &str) -> Result<String, String> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = time::Date::parse(text, &format);
    day.map(|_| text.to_owned()).map_err(|_| "write a day as 2026-11-30".to_owned())
}

pub(super) fn run(
    place: &Place,
    arguments: &Arguments,
    thresholds: &Thresholds,
    screen: &Screen,
) -> Result<Verdict, Failure> {
    let card = card(arguments)?;
    let range = Range { from: arguments.from.clone(), to: arguments.to.clone() };
    if let (Some(from), Some(to)) = (&range.from, &range.to)
        && from > to
    {
        return Err(Failure::usage(format!("--from {from} is after --to {to}")));
    }
    let threads = match arguments.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    };
    let runtime = runtime()?;
    let store = runtime.block_on(compose::open_lake(place))?;
    let counted_decisions = {
        let _progress = Progress::steps(screen, "counting");
        lake::drift(&store, runtime.handle(), &card, &range, threads)?
    };
    let lake::Counted { counter, files, decisions, others, unscored, with_attributes } = counted_decisions;
    if decisions == 0 {
        let others = counted(others, "decision");
        return Err(Failure::input(format!(
            "{place}: {files} files of these days hold no decision of the model `{}` ({}), and {others} of others; name \
             other days, or the scorecard that decided",
            card.name,
            card.content_hash()
        )));
    }
    let mut drift = counter.report(thresholds)?;
    if with_attributes == 0 {
        drift.notes.push(
            "The lake does not say which attributes matched: set PLIMSOLL_LAKE_FIELDS=attributes for characteristics to \
             be compared."
                .to_owned(),
        );
    }
    let found = Found {
        drift,
        files,
        decisions,
        decisions_of_other_models: others,
        decisions_without_score: unscored,
        decisions_with_attributes: with_attributes,
    };
    screen.result(&found, || text(&found.drift, arguments.bins))?;
    Ok(if found.drift.light == Light::Red { Verdict::Red } else { Verdict::Done })
}

/// The scorecard that is named, or the model in force in the store of the settings.
fn card(arguments: &Arguments) -> Result<Scorecard, Failure> {
    if let Some(file) = arguments.model.as_ref().or(arguments.card.as_ref()) {
        return model_file::read(file, None).map(|(card, _)| card);
    }
    let config = arguments.store.config()?;
    let document = with_store(&config, async |store| {
        let champion = store.deployment().await?.champion;
        let hash = champion.map(|champion| champion.model.hash);
        let hash = hash.ok_or_else(|| Failure::input("no model is in force; name a scorecard with --model"))?;
        Ok(store.document(DocumentKind::Model, hash).await?)
    })?;
    Ok(scorecard::from_json(document.as_bytes())?)
}
