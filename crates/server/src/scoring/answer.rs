//! The answer to a score, drawn from its entry and the model and policy that made it.

use std::borrow::Cow;

use scorecard::policy::{DecidedBy, Decision};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Detail, Engine, ScoreEntry, entry::EligibleItem};
use crate::notice;

/// A score, explained.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreAnswer<'e> {
    /// Identifies the score.
    id: Uuid,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    time: store::Moment,
    /// The lender's reference of the applicant; null where none was given or the person was erased.
    pub(crate) applicant: Option<&'e str>,
    /// The score: a number, or a text where it has an exact fraction.
    #[schema(value_type = ExactNumber, example = 612)]
    score: &'e RawValue,
    /// Good-to-bad odds, where the model has a scaling.
    odds: Option<f64>,
    /// Probability of bad, 0 to 1, where the model has a scaling.
    #[schema(minimum = 0, maximum = 1)]
    probability_of_bad: Option<f64>,
    /// What the policy decides; null where none is in force.
    #[schema(value_type = Option<DecisionName>)]
    decision: Option<Decision>,
    /// Which part decided: the reasons are those of that part.
    #[schema(value_type = Option<DecidedByName>)]
    pub(crate) decided_by: Option<DecidedBy>,
    /// The band of scores.
    pub(crate) band: Option<&'e str>,
    /// The policy's rules that fired.
    pub(crate) rules: Vec<RuleAnswer<'e>>,
    /// The reasons, the greatest first: of the rules that decided, then of the score.
    pub(crate) reasons: Vec<ReasonAnswer<'e>>,
    /// The further key factor of credit inquiries (15 U.S.C. 1681g(f)(9)), where they cost points and are not among the reasons.
    pub(crate) inquiries: Option<ReasonAnswer<'e>>,
    /// What matched, one a characteristic.
    attributes: Vec<AttributeAnswer<'e>>,
    /// What the applicant is eligible for.
    pub(crate) items: Vec<EligibleItem<'e>>,
    /// The model that scored.
    pub(crate) model: ModelName<'e>,
    /// The policy that decided.
    pub(crate) policy: Option<ModelName<'e>>,
    /// Where it stands in the ledger.
    ledger: LedgerPlace,
    /// Whether the person was erased: what is personal is gone.
    erased: bool,
}

/// A number, or the text of an exact decimal fraction.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ExactNumber)]
#[allow(dead_code)] // describes
pub(crate) enum ExactNumber {
    /// A number.
    Number(f64),
    /// An exact fraction.
    Text(String),
}

/// A decision.
#[derive(Serialize, ToSchema)]
#[schema(as = Decision, rename_all = "snake_case")]
#[allow(dead_code)] // describes
pub(crate) enum DecisionName {
    /// Credit is granted.
    Approve,
    /// A person decides.
    Refer,
    /// Credit is refused.
    Decline,
}

/// Which part decided.
#[derive(Serialize, ToSchema)]
#[schema(as = DecidedBy, rename_all = "snake_case")]
#[allow(dead_code)] // describes
pub(crate) enum DecidedByName {
    /// The band of the score.
    Score,
    /// A rule of the policy.
    Rules,
    /// Each of them alone.
    Both,
}

/// A rule that fired.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleAnswer<'e> {
    /// Its id in the policy.
    pub(crate) id: &'e str,
    /// What it leads to.
    #[schema(value_type = DecisionName)]
    pub(crate) decision: Decision,
    /// Whether it fired because a value that it needs is missing.
    pub(crate) unknown: bool,
}

/// A reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonAnswer<'e> {
    /// 1 is the most important.
    pub(crate) rank: usize,
    /// Its code in the model or the policy.
    pub(crate) code: &'e str,
    /// What the applicant may be told.
    pub(crate) text: &'e str,
    /// Which part it comes from.
    pub(crate) source: ReasonSource,
    /// The characteristic that lost the points; of the first where several share the code.
    pub(crate) characteristic: Option<&'e str>,
    /// Points lost against the baseline.
    #[schema(value_type = Option<ExactNumber>)]
    pub(crate) points_lost: Option<&'e RawValue>,
}

/// Which part a reason comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonSource {
    /// A rule of the policy.
    Policy,
    /// Points of the score.
    Score,
}

/// What matched in a characteristic.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributeAnswer<'e> {
    /// The characteristic.
    characteristic: &'e str,
    /// The attribute, in words.
    attribute: &'e str,
    /// Its points.
    #[schema(value_type = ExactNumber)]
    points: &'e RawValue,
    /// How far they lie on the adverse side of the baseline; negative where better; null without a baseline.
    #[schema(value_type = Option<ExactNumber>)]
    lost: Option<&'e RawValue>,
}

/// A model or a policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelName<'e> {
    /// Its name.
    pub(crate) name: Cow<'e, str>,
    /// `sha256:` and the hash of its document.
    pub(crate) hash: &'e str,
}

/// A place in the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerPlace {
    /// The chain.
    chain: u32,
    /// Place in the chain, from 0.
    sequence: u64,
    /// The entry's hash, in hexadecimal.
    #[schema(value_type = String)]
    hash: store::ledger::Hash,
}

impl LedgerPlace {
    /// Where an entry stands.
    pub(crate) fn of(entry: &store::ledger::Entry) -> Self {
        Self { chain: entry.chain, sequence: entry.sequence, hash: entry.hash }
    }
}

impl<'e> ScoreAnswer<'e> {
    /// Draws the answer. `engine` must be of the entry's model and policy.
    pub(crate) fn draw(entry: &'e ScoreEntry<'e>, engine: &'e Engine) -> Self {
        let outcome = &entry.outcome;
        let detail = entry.detail.as_ref();
        let policy = engine.policy.as_ref().map(scorecard::policy::PolicyEvaluator::policy);
        let name = policy.map(|policy| policy.name.as_str()).unwrap_or_default();
        Self {
            id: entry.id,
            time: entry.time,
            applicant: detail.and_then(|detail| detail.reference.as_deref()),
            score: &outcome.score,
            odds: outcome.odds,
            probability_of_bad: outcome.pd,
            decision: outcome.decision,
            decided_by: detail.and_then(|detail| detail.decided_by),
            band: detail.and_then(|detail| band(detail, engine)),
            rules: detail.map(|detail| rules(detail, engine)).unwrap_or_default(),
            reasons: detail.map(|detail| reasons(detail, outcome.decision, engine)).unwrap_or_default(),
            inquiries: detail.and_then(|detail| inquiries(detail, engine)),
            attributes: detail.map(|detail| attributes(detail, engine)).unwrap_or_default(),
            items: detail.map(|detail| detail.items.clone()).unwrap_or_default(),
            model: ModelName { name: engine.scorecard().name.as_str().into(), hash: &outcome.model },
            policy: outcome.policy.as_deref().map(|hash| ModelName { name: name.into(), hash }),
            ledger: LedgerPlace { chain: entry.position.chain, sequence: entry.position.sequence, hash: entry.hash },
            erased: entry.detail.is_none(),
        }
    }
}

/// What a notice takes from an answer.
impl ScoreAnswer<'_> {
    /// The reasons of the part that decided.
    pub(crate) fn notice_reasons(&self) -> Vec<notice::Reason> {
        self.reasons.iter().map(ReasonAnswer::for_notice).collect()
    }

    /// The key factors of the score: its own reasons.
    pub(crate) fn key_factors(&self) -> Vec<notice::Reason> {
        let of_score = |reason: &&ReasonAnswer<'_>| matches!(reason.source, ReasonSource::Score);
        self.reasons.iter().filter(of_score).map(ReasonAnswer::for_notice).collect()
    }

    /// Inquiries, where they are told besides the key factors.
    pub(crate) fn inquiries_factor(&self) -> Option<notice::InquiriesFactor> {
        let reason = self.inquiries.as_ref()?;
        Some(notice::InquiriesFactor { code: reason.code.to_owned(), text: text_of(reason.text) })
    }
}

impl ReasonAnswer<'_> {
    fn for_notice(&self) -> notice::Reason {
        notice::Reason {
            code: self.code.to_owned(),
            text: text_of(self.text),
            points_lost: self.points_lost.and_then(|points| serde_json::from_str(points.get()).ok()),
            source: match self.source {
                ReasonSource::Policy => notice::ReasonSource::Rule,
                ReasonSource::Score => notice::ReasonSource::Score,
            },
        }
    }
}

fn text_of(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

pub(super) fn band<'e>(detail: &Detail<'_>, engine: &'e Engine) -> Option<&'e str> {
    let bands = &engine.policy.as_ref()?.policy().scores.bands;
    Some(bands.get(usize::try_from(detail.band?).ok()?)?.name.as_str())
}

pub(super) fn rules<'e>(detail: &Detail<'_>, engine: &'e Engine) -> Vec<RuleAnswer<'e>> {
    let Some(policy) = &engine.policy else { return Vec::new() };
    let rule = |(rule, decision, unknown): &(u32, Decision, bool)| {
        let id = policy.policy().rules.get(usize::try_from(*rule).ok()?)?.id.as_str();
        Some(RuleAnswer { id, decision: *decision, unknown: *unknown })
    };
    detail.rules.iter().filter_map(rule).collect()
}

/// The reasons of the part that decided (12 CFR 1002.9, comment 9(b)(2)-5); of the score where no part did.
pub(super) fn reasons<'e>(
    detail: &'e Detail<'e>,
    decision: Option<Decision>,
    engine: &'e Engine,
) -> Vec<ReasonAnswer<'e>> {
    let mut reasons = Vec::new();
    if let (Some(policy), Some(decision)) = (&engine.policy, decision) {
        let mut codes = std::collections::HashSet::new();
        for (rule, led_to, _) in &detail.rules {
            let rule = usize::try_from(*rule).ok().and_then(|rule| policy.policy().rules.get(rule));
            let Some(rule) = rule.filter(|rule| *led_to == decision && codes.insert(&rule.reason.code)) else {
                continue;
            };
            reasons.push(ReasonAnswer {
                rank: reasons.len() + 1,
                code: &rule.reason.code,
                text: &rule.reason.text,
                source: ReasonSource::Policy,
                characteristic: None,
                points_lost: None,
            });
        }
    }
    if detail.decided_by != Some(DecidedBy::Rules) {
        for (code, characteristic, lost) in &detail.reasons {
            reasons.extend(score_reason(reasons.len() + 1, *code, *characteristic, lost, engine));
        }
    }
    reasons
}

/// The further factor of inquiries.
pub(super) fn inquiries<'e>(detail: &'e Detail<'e>, engine: &'e Engine) -> Option<ReasonAnswer<'e>> {
    let (code, characteristic, lost) = detail.inquiries.as_ref()?;
    score_reason(detail.reasons.len() + 1, *code, *characteristic, lost, engine)
}

/// The codes of those reasons, in their order.
pub(crate) fn codes_of_reasons<'e>(
    detail: &'e Detail<'e>,
    decision: Option<Decision>,
    engine: &'e Engine,
) -> impl Iterator<Item = &'e str> {
    reasons(detail, decision, engine).into_iter().map(|reason| reason.code)
}

fn score_reason<'e>(
    rank: usize,
    code: u32,
    characteristic: u32,
    lost: &'e RawValue,
    engine: &'e Engine,
) -> Option<ReasonAnswer<'e>> {
    let reason = engine.evaluator.reason_codes().get(usize::try_from(code).ok()?)?;
    let characteristic = engine.scorecard().characteristics.get(usize::try_from(characteristic).ok()?);
    Some(ReasonAnswer {
        rank,
        code: &reason.code,
        text: &reason.text,
        source: ReasonSource::Score,
        characteristic: characteristic.map(|characteristic| characteristic.name.as_str()),
        points_lost: Some(lost),
    })
}

fn attributes<'e>(detail: &'e Detail<'e>, engine: &'e Engine) -> Vec<AttributeAnswer<'e>> {
    let named = engine.scorecard().characteristics.iter().zip(&engine.attributes).zip(&detail.attributes);
    let answer = named.filter_map(|((characteristic, names), (attribute, points, lost))| {
        let attribute = names.get(usize::try_from(*attribute).ok()?)?;
        Some(AttributeAnswer { characteristic: &characteristic.name, attribute, points, lost: lost.as_deref() })
    });
    answer.collect()
}
