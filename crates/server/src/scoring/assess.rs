//! From an application to what is recorded of it.

use std::borrow::Cow;

use scorecard::{Amount, Error as ScorecardError, Evaluation, RankedReason, policy::PolicyOutcome};
use serde_json::{Map, Value as Json, value::RawValue};
use store::{DECISIONS, NewEntry, ScoreIndex, Whose};

use super::{Detail, Engine, Outcome, entry::EligibleItem};
use crate::problem::{Kind, Problem};

/// Bytes of most details without the application.
const DETAIL: usize = 1024;

/// An application that was scored and not yet recorded.
pub(crate) struct Assessment<'a> {
    pub(crate) outcome: Outcome<'a>,
    pub(crate) detail: Detail<'a>,
    index: ScoreIndex,
}

/// The items that somebody is eligible for: asked with the values of the application and what they were evaluated to.
pub(crate) type Eligibility<'f> = &'f dyn Fn(&[scorecard::Value<'_>], &Evaluation) -> Vec<EligibleItem<'static>>;

/// Scores an application. `text` is the application as it was submitted, `application` the same, read.
pub(crate) fn assess<'a>(
    engine: &'a Engine,
    reference: Option<&'a str>,
    text: &'a RawValue,
    application: &Map<String, Json>,
    eligible: Eligibility<'_>,
    by: &'a str,
) -> Result<Assessment<'a>, Problem> {
    let values = engine.reader.read(application).map_err(refusal)?;
    let evaluation = engine.evaluator.evaluate(&values).map_err(refusal)?;
    let policy = engine.policy.as_ref().map(|policy| policy.decide(&values, &evaluation)).transpose();
    let policy = policy.map_err(refusal)?;
    let score = evaluation.score;
    let outcome = Outcome {
        model: engine.model_hash.as_str().into(),
        policy: engine.policy_hash.as_deref().map(Into::into),
        score: raw(score)?,
        odds: evaluation.odds.filter(|odds| odds.is_finite()),
        pd: evaluation.probability_of_bad,
        decision: policy.as_ref().map(|policy| policy.decision),
        method: engine.scorecard().reasons.method.to_string().into(),
        by: by.into(),
    };
    let items = eligible(&values, &evaluation);
    let detail = detail(reference, text, &evaluation, policy.as_ref(), items)?;
    let index = ScoreIndex {
        model: hash_bytes(&engine.model_hash),
        decision: outcome.decision.map_or(0, number),
        score: score.to_f64(),
    };
    Ok(Assessment { outcome, detail, index })
}

impl Assessment<'_> {
    /// The entry that records it.
    pub(crate) fn entry(&self) -> Result<NewEntry, Problem> {
        let whose = self.detail.reference.as_deref();
        let whose = whose.map_or(Whose::Unnamed, |reference| Whose::Reference(reference.to_owned()));
        let outcome = serde_json::to_string(&self.outcome).map_err(|_| internal())?;
        let members = outcome.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default().to_owned();
        let mut detail = Vec::with_capacity(DETAIL + self.detail.application.get().len());
        serde_json::to_writer(&mut detail, &self.detail).map_err(|_| internal())?;
        let entry = NewEntry { kind: "score", id: None, members, personal: None, score: Some(self.index) };
        Ok(entry.about(whose, detail))
    }
}

fn detail<'e>(
    reference: Option<&'e str>,
    text: &'e RawValue,
    evaluation: &Evaluation,
    policy: Option<&PolicyOutcome>,
    items: Vec<EligibleItem<'e>>,
) -> Result<Detail<'e>, Problem> {
    let reason = |reason: &RankedReason| Ok((reason.code, reason.characteristic, raw(reason.difference)?));
    let attributes = evaluation.characteristics.iter().map(|matched| {
        let difference = matched.difference.map(raw).transpose()?;
        Ok((matched.attribute, raw(matched.points)?, difference))
    });
    Ok(Detail {
        reference: reference.map(Into::into),
        application: Cow::Borrowed(text),
        attributes: attributes.collect::<Result<_, Problem>>()?,
        reasons: evaluation.reasons.iter().map(reason).collect::<Result<_, Problem>>()?,
        inquiries: evaluation.inquiries.as_ref().map(reason).transpose()?,
        rules: policy
            .map(|policy| policy.fired.iter().map(|fired| (fired.rule, fired.decision, fired.unknown)).collect())
            .unwrap_or_default(),
        band: policy.map(|policy| policy.band),
        decided_by: policy.map(|policy| policy.decided_by),
        items,
    })
}

/// The number of a decision in the tables.
fn number(decision: scorecard::policy::Decision) -> u8 {
    let name = decision.to_string();
    DECISIONS.iter().position(|known| *known == name).and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

/// The bytes of a content hash.
pub(crate) fn hash_bytes(hash: &str) -> [u8; 32] {
    let digits = hash.strip_prefix("sha256:").unwrap_or(hash);
    store::ledger::Hash::from_hex(digits.as_bytes()).map(|hash| hash.0).unwrap_or_default()
}

/// An amount as JSON has it: exact.
fn raw(amount: Amount) -> Result<Cow<'static, RawValue>, Problem> {
    serde_json::value::to_raw_value(&amount).map(Cow::Owned).map_err(|_| internal())
}

/// What is wrong with an application, each fault with its place in the request.
pub(super) fn refusal(error: ScorecardError) -> Problem {
    match error {
        ScorecardError::Application(faults) => {
            let problem = Kind::InvalidRequest.because("the application cannot be scored; see errors");
            faults
                .into_iter()
                .fold(problem, |problem, fault| problem.at(format!("/application{}", fault.pointer), fault.problem))
        }
        error => Kind::InvalidRequest.because(error.to_string()).at("/application", error.to_string()),
    }
}

pub(super) fn internal() -> Problem {
    Kind::Internal.because("the score cannot be written down")
}
