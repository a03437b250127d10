//! The policy as a document: what a person reads, a reviewer compares and a hash identifies.

use serde::{Deserialize, Serialize};

use crate::model::Reason;

/// A lender's policy: rules that decline or refer, and bands of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Always `plimsoll-policy`.
    pub format: PolicyFormatName,
    /// Version of the document format, [`super::FORMAT_VERSION`].
    pub format_version: u32,
    /// Short name, e.g. `german-credit`.
    pub name: String,
    /// What the policy is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What a rule that can be neither true nor false means, unless the rule says so itself.
    #[serde(default, skip_serializing_if = "OnUnknown::is_default")]
    pub on_unknown: OnUnknown,
    /// The rules; the outcome lists those that fired in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What the score decides.
    pub scores: ScoreBands,
}

/// The constant `plimsoll-policy` that opens every document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PolicyFormatName {
    /// The only name.
    #[default]
    #[serde(rename = "plimsoll-policy")]
    PlimsollPolicy,
}

/// A rule of the policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique in the policy, e.g. `minimum-age`.
    pub id: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it does when it fires.
    pub effect: Effect,
    /// When it fires: an expression in the Common Expression Language that is true or false.
    pub when: String,
    /// The reason for what it does. A knock-out's is one that the applicant may be told: where a policy rule fails,
    /// the reason comes from that rule (12 CFR 1002.9, comment 9(b)(2)-7).
    pub reason: Reason,
    /// What it means that the expression can be neither true nor false; the policy's `on_unknown` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_unknown: Option<OnUnknown>,
    /// Whether it takes part. A rule that does not is checked all the same.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
fn is_yes(enabled: &bool) -> bool {
    *enabled
}

/// What a rule does when it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The application is declined, whatever the score.
    KnockOut,
    /// A person decides, unless the application is declined anyway.
    Refer,
}

impl Effect {
    /// The decision that the rule leads to.
    #[must_use]
    pub fn decision(self) -> Decision {
        match self {
            Self::KnockOut => Decision::Decline,
            Self::Refer => Decision::Refer,
        }
    }
}

/// What it means that a rule's expression is neither true nor false: it needs a value that is missing, or fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// A person decides.
    #[default]
    Refer,
    /// As if it were true.
    Fire,
    /// As if it were false.
    Ignore,
}

impl OnUnknown {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What is decided. The later in this list the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Credit is granted.
    Approve,
    /// A person decides.
    Refer,
    /// Credit is refused.
    Decline,
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Approve => "approve",
            Self::Refer => "refer",
            Self::Decline => "decline",
        })
    }
}

/// What each score decides: bands without gap or overlap over all numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreBands {
    /// To which band a score that is exactly a cut-off belongs.
    #[serde(default, skip_serializing_if = "BandEnd::is_default")]
    pub closed: BandEnd,
    /// Whether decisions must follow the risk.
    #[serde(default, skip_serializing_if = "BandOrder::is_default")]
    pub order: BandOrder,
    /// The bands in ascending order of score. The first is open below, the last open above.
    pub bands: Vec<Band>,
}

/// Which end belongs to a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandEnd {
    /// `[from, to)`: a score at the cut-off belongs to the band above it.
    #[default]
    Left,
    /// `(from, to]`: a score at the cut-off belongs to the band below it, as suits a score that rises with risk.
    Right,
}

impl BandEnd {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a riskier band may have a milder decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandOrder {
    /// No: a policy written for scores that run the other way is refused.
    #[default]
    ByRisk,
    /// Yes.
    Any,
}

impl BandOrder {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A band of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// For people, unique in the policy, e.g. `A`.
    pub name: String,
    /// Lower end, in points of the score; absent in the first band.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::value::number::serialize_option"
    )]
    pub from: Option<f64>,
    /// Upper end, in points of the score; absent in the last band.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::value::number::serialize_option"
    )]
    pub to: Option<f64>,
    /// What these scores decide.
    pub decision: Decision,
}

impl Policy {
    /// A policy of the current format version without rules, whose one band has this decision.
    #[must_use]
    pub fn named(name: impl Into<String>, decision: Decision) -> Self {
        let band = Band { name: "all".into(), from: None, to: None, decision };
        Self {
            format: PolicyFormatName::PlimsollPolicy,
            format_version: super::FORMAT_VERSION,
            name: name.into(),
            description: String::new(),
            on_unknown: OnUnknown::default(),
            rules: Vec::new(),
            scores: ScoreBands { closed: BandEnd::default(), order: BandOrder::default(), bands: vec![band] },
        }
    }

    /// Identifies this version of the policy: `sha256:` and the SHA-256, in hexadecimal, of its compact JSON.
    #[must_use]
    pub fn content_hash(&self) -> String {
        crate::format::content_hash(self)
    }

    /// Checks what can be checked without a scorecard: names, reasons, bands without gap or overlap, limits.
    /// [`super::PolicyEvaluator::new`] checks the expressions.
    ///
    /// # Errors
    /// [`crate::Error::Policy`] with the rule or the part at fault.
    pub fn check(&self) -> crate::Result<()> {
        super::check::check(self)
    }
}
