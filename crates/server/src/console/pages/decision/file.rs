//! What lies beside a decision: reviews by people, and notices.

use scorecard::policy::Decision;
use serde::Deserialize;
use store::{Beside, BesideScore, Moment};
use uuid::Uuid;

use super::facts::who;
use crate::problem::{Kind, Problem};
use crate::resources::reviews;
use crate::state::App;

/// A person's decision.
pub(super) struct ReviewView {
    pub(super) time: Moment,
    pub(super) decision: Decision,
    /// Whether the system decided otherwise.
    pub(super) overrides: bool,
    /// Code and text.
    pub(super) reasons: Vec<(String, String)>,
    pub(super) note: Option<String>,
    pub(super) by: String,
    pub(super) entry: String,
}

/// A notice that was made.
pub(super) struct NoticeView {
    pub(super) id: Uuid,
    pub(super) time: Moment,
    /// `None` once the person is erased.
    pub(super) text: Option<String>,
}

/// What an entry of a notice seals, as far as a page shows it.
#[derive(Deserialize)]
struct Sealed {
    text: String,
}

/// The earliest first; the last one counts.
pub(super) async fn reviews(
    app: &App,
    score: Uuid,
    decided: Option<Decision>,
    visitor: &str,
) -> Result<Vec<ReviewView>, Problem> {
    let all = app.store()?.beside_score(Beside::Review, score).await?;
    let view = all.iter().map(|beside| {
        let review = reviews::review(beside)?;
        Ok(ReviewView {
            time: review.time,
            decision: review.decision,
            overrides: decided != Some(review.decision),
            reasons: review.reasons.into_iter().map(|reason| (reason.code, reason.text)).collect(),
            note: review.note,
            by: who(&review.by, visitor),
            entry: format!("{}-{}", beside.entry.chain, beside.entry.sequence),
        })
    });
    view.collect()
}

/// The earliest first.
pub(super) async fn notices(app: &App, score: Uuid) -> Result<Vec<NoticeView>, Problem> {
    app.store()?.beside_score(Beside::Notice, score).await?.iter().map(notice).collect()
}

fn notice(beside: &BesideScore) -> Result<NoticeView, Problem> {
    let sealed = beside.personal.as_deref().map(|text| serde_json::from_slice::<Sealed>(text)).transpose();
    let sealed = sealed.map_err(|_| {
        Kind::Internal.because("a notice beside this score cannot be read; run `plimsoll ledger verify`")
    })?;
    Ok(NoticeView { id: beside.id, time: reviews::time(beside)?, text: sealed.map(|sealed| sealed.text) })
}
