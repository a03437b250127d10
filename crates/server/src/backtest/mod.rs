//! The backtest of a policy: what it would have decided on applications of the past, beside what was decided.
//!
//! **For:** seeing what a policy changes before it is put in force. **May use:** the store, to read; the engines.
//! **Must never** record anything, or give anything of a single person: what comes out are sums.

mod tally;

use std::collections::HashMap;
use std::sync::Arc;

use scorecard::policy::Policy;
use serde_json::{Map, Value as Json};
use store::registry::{DocumentKind, Registered};
use store::{Moment, ScoreFilter, Store};
use uuid::Uuid;

use crate::problem::Problem;
use crate::resources::registered::apart;
use crate::scoring::{Engine, Engines, ScoreEntry};
pub(crate) use tally::{Backtest, Outcomes};
use tally::{Fate, Tally};

/// Scores that are read and decided on at once.
const PAGE: u32 = 500;

/// What a policy is tried on.
pub(crate) struct Sample {
    /// Recorded at or after this moment.
    pub(crate) from: Option<Moment>,
    /// Recorded before this moment.
    pub(crate) to: Option<Moment>,
    /// The newest so many.
    pub(crate) most: u64,
    /// The model that scores them; each score's own where none is named.
    pub(crate) model: Option<Registered>,
    /// How applicants turned out, as far as that is known.
    pub(crate) outcomes: Outcomes,
}

/// The models that scored, each with the policy; what does not fit is known by its fault.
type Fitted = HashMap<String, Result<Arc<Engine>, String>>;

/// Decides again on scores of the past, the newest first.
///
/// # Errors
/// Where the store cannot be read or the policy does not fit the named model.
pub(crate) async fn backtest(
    store: &Store,
    engines: &Engines,
    policy: &Policy,
    sample: Sample,
) -> Result<Backtest, Problem> {
    let Sample { from, to, most, model, outcomes } = sample;
    let filter = ScoreFilter { from, to, ..ScoreFilter::default() };
    let named = model.as_ref().map(|model| model.hash.to_string());
    let (mut fitted, mut before, mut left) = (Fitted::new(), None, most);
    let mut tally = Tally::new(outcomes);
    while left > 0 {
        let rows = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let scores = store.scores(&filter, before, rows).await?;
        let Some(last) = scores.last() else { break };
        (before, left) = (Some(last.id), left.saturating_sub(scores.len() as u64));
        for stored in &scores {
            let entry = ScoreEntry::read(stored)?;
            let hash = named.as_deref().unwrap_or(&entry.outcome.model);
            if !fitted.contains_key(hash) {
                let engine = fit(store, engines, hash, policy).await?;
                fitted.insert(hash.to_owned(), engine);
            }
        }
        let (engines, named) = (fitted.clone(), named.clone());
        tally = apart(move || {
            for stored in &scores {
                let Ok(entry) = ScoreEntry::read(stored) else { continue };
                tally.add(&entry, fate(&entry, named.as_deref(), &engines));
            }
            tally
        })
        .await?;
    }
    Ok(tally.finish(left == 0))
}

/// The policy compiled against a model.
async fn fit(
    store: &Store,
    engines: &Engines,
    hash: &str,
    policy: &Policy,
) -> Result<Result<Arc<Engine>, String>, Problem> {
    let bare = engines.load(store, hash, None).await?;
    let policy = policy.clone();
    let fitting = apart(move || Engine::new(bare.scorecard().clone(), Some(policy))).await?;
    Ok(fitting.map(Arc::new).map_err(|error| error.to_string()))
}

/// What becomes of one score.
fn fate(entry: &ScoreEntry<'_>, named: Option<&str>, engines: &Fitted) -> Fate {
    let Some(detail) = &entry.detail else { return Fate::Erased };
    let engine = match engines.get(named.unwrap_or(&entry.outcome.model)) {
        Some(Ok(engine)) => engine,
        Some(Err(fault)) => return Fate::Unfit(fault.clone()),
        None => return Fate::Unfit("its model is not known any more".to_owned()),
    };
    let decide = || {
        let application: Map<String, Json> = serde_json::from_str(detail.application.get()).ok()?;
        let values = engine.reader.read(&application).ok()?;
        let evaluation = engine.evaluator.evaluate(&values).ok()?;
        let outcome = engine.policy.as_ref()?.decide(&values, &evaluation).ok()?;
        Some((outcome.decision, evaluation.probability_of_bad))
    };
    decide().map_or(Fate::Unscorable, |(decision, pd)| Fate::Decided { decision, pd })
}

/// The model that a backtest names.
///
/// # Errors
/// 404.
pub(crate) async fn model(store: &Store, id: Option<Uuid>) -> Result<Option<Registered>, Problem> {
    match id {
        Some(id) => Ok(Some(store.registered(DocumentKind::Model, id).await?)),
        None => Ok(None),
    }
}
