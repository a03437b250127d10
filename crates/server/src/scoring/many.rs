//! Many applications scored one after another in the operator's name, each once: what fills a demonstration.

use futures_util::{StreamExt, stream};
use serde_json::value::RawValue;

use super::Submission;
use crate::App;
use crate::access::Caller;
use crate::idempotency::Repeatable;
use crate::problem::Problem;

/// Applications in work at once: a commit takes them together.
const AT_ONCE: usize = 256;

/// An application of somebody.
#[derive(Debug)]
pub struct NamedApplication {
    /// The lender's reference of the person; the application is scored once under it.
    pub reference: String,
    /// The fields.
    pub application: Box<RawValue>,
}

impl App {
    /// Scores applications with the model in force and records them, those left out that were recorded by an earlier run.
    ///
    /// # Errors
    /// The first refusal; what was recorded before it stays.
    pub async fn score_many(
        &self,
        applications: Vec<NamedApplication>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<u64, Problem> {
        let engine = self.engines().champion()?;
        let caller = Caller::operator();
        let score = |named: NamedApplication| {
            let (engine, caller) = (&engine, &caller);
            async move {
                let repeatable = Repeatable::of(caller, "score many", named.reference.as_bytes());
                let submission = Submission { applicant: Some(named.reference), application: &named.application };
                self.score(engine, &submission, &caller.by(), Some(repeatable)).await
            }
        };
        let mut scored = stream::iter(applications).map(score).buffer_unordered(AT_ONCE);
        let mut count = 0;
        while let Some(outcome) = scored.next().await {
            count += u64::from(!outcome?.replayed);
            progress(1);
        }
        Ok(count)
    }
}
