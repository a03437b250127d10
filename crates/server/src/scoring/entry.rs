//! A score as an entry of the ledger: what stands in the clear, and what is sealed under the applicant's key.

use std::borrow::Cow;

use scorecard::policy::{DecidedBy, Decision};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Moment, Position, Recorded, StoredScore};
use uuid::Uuid;

use super::Assessment;
use crate::problem::{Kind, Problem};

/// What anyone who may read the ledger sees: nothing that names or describes a person.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome<'e> {
    /// `sha256:` and the hash of the scorecard.
    #[serde(borrow)]
    pub(crate) model: Cow<'e, str>,
    /// `sha256:` and the hash of the policy.
    #[serde(borrow)]
    pub(crate) policy: Option<Cow<'e, str>>,
    /// The score, as exact as the scorecard has it: a number, or a text where it has a fraction.
    #[serde(borrow)]
    pub(crate) score: Cow<'e, RawValue>,
    pub(crate) odds: Option<f64>,
    /// Probability of bad.
    pub(crate) pd: Option<f64>,
    pub(crate) decision: Option<Decision>,
    /// What reasons were compared with, as the model names it.
    #[serde(borrow)]
    pub(crate) method: Cow<'e, str>,
    /// Who asked: the id of a key or a user.
    #[serde(borrow)]
    pub(crate) by: Cow<'e, str>,
}

/// Index of an attribute, its points, and the difference from the baseline.
pub(crate) type MatchedAttribute<'e> = (u32, Cow<'e, RawValue>, Option<Cow<'e, RawValue>>);

/// What only the applicant's key opens.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Detail<'e> {
    /// The lender's reference of the applicant.
    #[serde(borrow)]
    pub(crate) reference: Option<Cow<'e, str>>,
    /// The application as it was submitted.
    #[serde(borrow)]
    pub(crate) application: Cow<'e, RawValue>,
    /// By characteristic: index of the attribute, its points, and the difference from the baseline.
    #[serde(borrow)]
    pub(crate) attributes: Vec<MatchedAttribute<'e>>,
    /// By rank: index of the reason among the model's, of the characteristic, and the points lost.
    #[serde(borrow)]
    pub(crate) reasons: Vec<(u32, u32, Cow<'e, RawValue>)>,
    /// The further factor of inquiries.
    #[serde(borrow)]
    pub(crate) inquiries: Option<(u32, u32, Cow<'e, RawValue>)>,
    /// The rules of the policy that fired: index, what each leads to, and whether for want of a value.
    pub(crate) rules: Vec<(u32, Decision, bool)>,
    /// Index of the band of scores.
    pub(crate) band: Option<u32>,
    pub(crate) decided_by: Option<DecidedBy>,
    /// What the applicant was eligible for then.
    #[serde(borrow)]
    pub(crate) items: Vec<EligibleItem<'e>>,
}

/// An item as it was called when the score was recorded.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EligibleItem<'e> {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'e, str>,
    /// Its category.
    #[serde(borrow)]
    pub category: Cow<'e, str>,
}

/// A score with its place in the ledger.
#[derive(Debug)]
pub(crate) struct ScoreEntry<'e> {
    pub(crate) id: Uuid,
    pub(crate) time: Moment,
    pub(crate) position: Position,
    pub(crate) hash: store::ledger::Hash,
    pub(crate) outcome: Outcome<'e>,
    /// `None` once the person is erased.
    pub(crate) detail: Option<Detail<'e>>,
}

impl<'e> ScoreEntry<'e> {
    /// What was recorded a moment ago, with what was handed in. It is answered byte for byte as [`Self::read`] has it
    /// later: every number is written and read back exactly.
    pub(crate) fn fresh(recorded: &Recorded, assessment: Assessment<'e>) -> Self {
        Self {
            id: recorded.id,
            time: recorded.time,
            position: Position { chain: recorded.chain, sequence: recorded.sequence },
            hash: recorded.hash,
            outcome: assessment.outcome,
            detail: Some(assessment.detail),
        }
    }

    /// Reads what the store holds.
    pub(crate) fn read(stored: &'e StoredScore) -> Result<Self, Problem> {
        let opening = store::ledger::Opening::parse(&stored.body).map_err(|_| corrupt(stored.id))?;
        let time = Moment::parse(opening.time).map_err(|_| corrupt(stored.id))?;
        let outcome = serde_json::from_slice(&stored.body).map_err(|_| corrupt(stored.id))?;
        let detail = match &stored.personal {
            None => None,
            Some(personal) => Some(serde_json::from_slice(personal).map_err(|_| corrupt(stored.id))?),
        };
        Ok(Self { id: stored.id, time, position: stored.position, hash: stored.hash, outcome, detail })
    }
}

fn corrupt(id: Uuid) -> Problem {
    Kind::Internal.because(format!("the entry of score {id} cannot be read; run `plimsoll ledger verify`"))
}
