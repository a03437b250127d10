//! Scoring as a service: assess, record, answer; once for each Idempotency-Key.

use std::sync::Arc;

use scorecard::{Evaluation, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, value::RawValue};
use store::{Change, Conflict, Error, StoredScore};
use uuid::Uuid;

use super::{Assessment, Engine, Outcome, ScoreAnswer, ScoreEntry, assess};
use crate::{
    App,
    idempotency::Repeatable,
    problem::{Kind, Problem},
};

/// The longest reference of an applicant, in characters.
const MAX_REFERENCE: usize = 256;

/// Bytes of most answers: written without growing on the way.
const ANSWER: usize = 4096;

/// One application as it is submitted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submission<'b> {
    /// The lender's own reference of the person.
    #[serde(default)]
    pub(crate) applicant: Option<String>,
    /// The fields that the model in force asks for.
    #[serde(borrow)]
    pub(crate) application: &'b RawValue,
}

/// A score that is on record, and the bytes of its answer.
pub(crate) struct Scored {
    pub(crate) id: Uuid,
    pub(crate) body: Vec<u8>,
    /// Whether an earlier request led to it.
    pub(crate) replayed: bool,
}

impl Submission<'_> {
    fn check(&self) -> Result<(), Problem> {
        let Some(reference) = &self.applicant else { return Ok(()) };
        let sound =
            (1..=MAX_REFERENCE).contains(&reference.chars().count()) && !reference.chars().any(char::is_control);
        if sound {
            return Ok(());
        }
        let detail = format!("must be 1 to {MAX_REFERENCE} characters without control characters");
        Err(Kind::InvalidRequest.because("the applicant's reference is not taken; see errors").at("/applicant", detail))
    }
}

impl App {
    /// Scores one application: on the disk once this answers.
    pub(crate) async fn score(
        &self,
        engine: &Engine,
        submission: &Submission<'_>,
        by: &str,
        repeatable: Option<Repeatable>,
    ) -> Result<Scored, Problem> {
        let assessment = match (self.assess(engine, submission, by), &repeatable) {
            (Ok(assessment), _) => assessment,
            // What was answered before is answered again, whatever model is in force now.
            (Err(problem), Some(repeatable)) => return self.earlier(repeatable).await?.ok_or(problem),
            (Err(problem), None) => return Err(problem),
        };
        let change = Change::entry(assessment.entry()?);
        let change = change.idempotent(repeatable.as_ref().map(|repeatable| repeatable.mark(None)));
        match (self.store()?.record(change).await, &repeatable) {
            (Ok(recorded), _) => {
                let recorded = recorded.first().ok_or_else(|| Kind::Internal.because("nothing was recorded"))?;
                let entry = ScoreEntry::fresh(recorded, assessment);
                Ok(Scored { id: entry.id, body: written(&entry, engine)?, replayed: false })
            }
            (Err(Error::Conflict(Conflict::Repeated)), Some(repeatable)) => {
                let gone = || Kind::Conflict.because("what this Idempotency-Key was used for is gone; use a new one");
                self.earlier(repeatable).await?.ok_or_else(gone)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    fn assess<'a>(
        &self,
        engine: &'a Engine,
        submission: &'a Submission<'_>,
        by: &'a str,
    ) -> Result<Assessment<'a>, Problem> {
        submission.check()?;
        let application: Map<String, Json> = serde_json::from_str(submission.application.get()).map_err(|error| {
            let detail = "must be an object with the fields that the model asks for";
            Kind::InvalidRequest.because(format!("the application is no object: {error}")).at("/application", detail)
        })?;
        let reference = submission.applicant.as_deref();
        let catalogue = self.eligibility().of(engine);
        let eligible = |values: &[Value<'_>], evaluation: &Evaluation| catalogue.eligible(values, evaluation);
        assess(engine, reference, submission.application, &application, &eligible, by)
    }

    /// What an earlier request with the same key led to.
    async fn earlier(&self, repeatable: &Repeatable) -> Result<Option<Scored>, Problem> {
        let Some(earlier) = self.store()?.repeated(repeatable.key()).await? else { return Ok(None) };
        repeatable.check(&earlier)?;
        let Some(id) = earlier.score else { return Ok(None) };
        let body = self.answer(&self.store()?.score(id).await?).await?;
        Ok(Some(Scored { id, body, replayed: true }))
    }

    /// The answer to a score that is on record.
    pub(crate) async fn answer(&self, stored: &StoredScore) -> Result<Vec<u8>, Problem> {
        let entry = ScoreEntry::read(stored)?;
        let engine = self.engine_of(&entry.outcome).await?;
        written(&entry, &engine)
    }

    /// The model and policy that an entry names.
    pub(crate) async fn engine_of(&self, outcome: &Outcome<'_>) -> Result<Arc<Engine>, Problem> {
        self.engines().load(self.store()?, &outcome.model, outcome.policy.as_deref()).await
    }
}

fn written(entry: &ScoreEntry<'_>, engine: &Engine) -> Result<Vec<u8>, Problem> {
    let mut answer = Vec::with_capacity(ANSWER);
    serde_json::to_writer(&mut answer, &ScoreAnswer::draw(entry, engine))
        .map_err(|_| Kind::Internal.because("the answer cannot be written"))?;
    Ok(answer)
}
