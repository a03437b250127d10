//! `--demo`: a lender with a scorecard, a policy and 1,000 decisions, made from the German Credit data that the binary holds.

mod applications;
mod key;
mod model;
mod people;

use serde::Serialize;
use server::compose::{Composed, NewDeployment, deploy, keep_report};
use store::ScoreFilter;

use crate::{failure::Failure, figures::counted, screen::Screen};

/// 1,000 applicants of a German bank, 1973 to 1975; source and licence are in `data/german-credit.md`.
const DATA: &[u8] = include_bytes!("../../../../../../data/german-credit.csv");
const DICTIONARY: &[u8] = include_bytes!("../../../../../../data/german-credit.dictionary.json");
const POLICY: &[u8] = include_bytes!("../../../../../../data/german-credit.policy.json");

/// What a demonstration offers.
#[derive(Serialize)]
pub(super) struct Demo {
    /// The model in force.
    pub(super) model: String,
    pub(super) model_hash: String,
    /// A key that may do everything.
    pub(super) key: String,
    /// What all of the console's users log in with: viewer, analyst, approver, administrator.
    pub(super) password: String,
    /// An application to try.
    application: String,
}

/// Makes whatever of the demonstration is not there yet.
pub(super) async fn prepare(service: &Composed, screen: &Screen) -> Result<Demo, Failure> {
    let (app, store) = (&service.app, service.store());
    let folder = &app.config().store.data;
    key::check_folder(folder, app.engines().champion().is_ok())?;
    // First, so that a start that was broken off is known for a demonstration's.
    let key = key::ensure(store, folder).await?;
    let password = people::ensure(store, folder).await?;
    let mut report = None;
    if app.engines().champion().is_err() {
        screen.remark("demo: training a scorecard on 1,000 applicants of a German bank");
        let trained = tokio::task::spawn_blocking(model::train).await;
        let trained = trained.map_err(|error| Failure::system(format!("the training ended badly: {error}")))??;
        let new = NewDeployment { model: &trained.scorecard, policy: Some(&trained.policy) };
        deploy(app, store, new).await?;
        report = Some(trained.report);
    }
    let engine = app.engines().champion().map_err(|problem| Failure::input(problem.detail().to_owned()))?;
    let applications = applications::of(engine.scorecard(), DATA)?;
    let last = applications.last().map(|named| named.reference.clone());
    let example = applications.get(EXAMPLE).map(|named| named.application.get().to_owned()).unwrap_or_default();
    let filter = ScoreFilter { reference: last, ..ScoreFilter::default() };
    if store.scores(&filter, None, 1).await?.is_empty() {
        screen.remark(&format!("demo: scoring {}", counted(applications.len() as u64, "application")));
        let scored = app.score_many(applications, &|_| {}).await;
        scored.map_err(|problem| Failure::input(format!("demo: {}", problem.detail())))?;
    }
    if let Some(report) = report {
        keep_report(store, &report).await?;
    }
    let (model, model_hash) = (engine.scorecard().name.clone(), engine.model_hash.clone());
    Ok(Demo { model, model_hash, key, password, application: example })
}

/// Where the first decision stands in the ledger: after the key, the four users, the model, the policy, and that both are in force.
const FIRST: u64 = 8;
/// Which application is shown: one that the policy declines, so that it has reasons.
const EXAMPLE: usize = 11;

impl Demo {
    /// What to try at an address: what it does, and the command.
    pub(super) fn commands(&self, address: &str) -> [(&'static str, String); 3] {
        let authorization = "-H \"Authorization: Bearer $KEY\"";
        let application = &self.application;
        let body = format!(r#"{{"applicant":"me","application":{application}}}"#);
        [
            (
                "score an application: decision, reasons, place in the ledger",
                format!(
                    "curl -s {address}/v1/scores {authorization} -H 'Content-Type: application/json' \\\n    -d '{}'",
                    body.replace('\'', "'\\''")
                ),
            ),
            (
                "the last declined applications",
                format!("curl -s {authorization} '{address}/v1/scores?decision=decline&limit=3'"),
            ),
            (
                "prove the first decision: with the public key anybody can check it",
                format!("curl -s {authorization} {address}/v1/ledger/entries/0-{FIRST}/proof"),
            ),
        ]
    }
}
