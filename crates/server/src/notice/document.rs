//! The notice as JSON: for the lender's own letters, records and monitoring.

use scorecard::Points;
use serde::Serialize;
use time::Date;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, OneOfBuilder, Type},
    },
};

use super::{Addressee, Creditor, HmdaReason, Jurisdiction, Organisation, ReasonSource, ScoreKind, date::iso};

/// An adverse-action notice. What does not apply is `null` or empty, never absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeDocument {
    /// The decision's id.
    pub decision_id: String,
    /// The day of the decision that counts: the review's where a person decided.
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub decision_date: Date,
    /// The day the notice bears.
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub notice_date: Date,
    /// Until when the applicant must be told; `null` where the notice does not follow the law of the United States.
    pub deadline: Option<Deadline>,
    /// Whose law the notice follows.
    pub jurisdictions: Vec<Jurisdiction>,
    /// Whom the letter goes to.
    pub applicant: Option<Addressee>,
    /// Who decided.
    pub creditor: Creditor,
    /// Which part of the system, or a person, led to the decision: where the principal reasons come from.
    pub decided_by: Decider,
    /// A person's part in the decision; `null` where it was made without one.
    pub review: Option<ReviewNote>,
    /// The principal reasons, the weightiest first (12 CFR 1002.9(a)(2)(i), (b)(2)).
    pub principal_reasons: Vec<PrincipalReason>,
    /// At most so many principal reasons are told.
    pub principal_reasons_at_most: u8,
    /// The reasons that were beyond that number.
    pub reasons_not_told: Vec<ReasonNotTold>,
    /// The score and what goes with it (FCRA 609(f)(1), 615(a)(2)); `null` where it is not told.
    pub score: Option<ScoreDisclosed>,
    /// The agencies whose consumer reports were used (FCRA 615(a)(3)).
    pub consumer_reports: Vec<Organisation>,
    /// Whether others' information was used (FCRA 615(b)(1)).
    pub outside_information: bool,
    /// What the applicant can do, as the letters say it.
    pub rights: Vec<Right>,
    /// The denial reasons to report under the Home Mortgage Disclosure Act; `null` where the settings map none.
    pub hmda: Option<HmdaReasons>,
}

/// Until when the applicant must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Deadline {
    /// The last day: 30 days after `counted_from` (12 CFR 1002.9(a)(1)).
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub notify_by: Date,
    /// The day it is counted from.
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub counted_from: Date,
    /// What happened on that day.
    pub basis: DeadlineBasis,
}

/// What a deadline is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineBasis {
    /// The completed application was received: 12 CFR 1002.9(a)(1)(i).
    CompletedApplication,
    /// The system decided; when the completed application came in was not given.
    Decision,
}

/// What led to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decider {
    /// The score.
    Score,
    /// Rules of the policy.
    Rules,
    /// The score and rules, each of them alone.
    Both,
    /// A person, with reasons of their own.
    Review,
}

/// A person's part in the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewNote {
    /// The day of the person's decision.
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
}

/// A principal reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrincipalReason {
    /// From 1.
    pub rank: u8,
    /// The scorecard's, the policy's or the reviewer's code.
    pub code: String,
    /// What the applicant is told.
    pub text: String,
    /// Where it comes from.
    pub origin: ReasonOrigin,
    /// Points lost under it: a whole number, or a fraction as a text. The letters do not tell it.
    #[schema(schema_with = nullable_points)]
    pub points_lost: Option<Points>,
    /// Its denial reason under the Home Mortgage Disclosure Act, where mapped.
    pub hmda: Option<HmdaReason>,
}

/// Where a principal reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonOrigin {
    /// The score.
    Score,
    /// A rule.
    Rule,
    /// A person.
    Review,
}

impl From<ReasonSource> for ReasonOrigin {
    fn from(source: ReasonSource) -> Self {
        match source {
            ReasonSource::Score => Self::Score,
            ReasonSource::Rule => Self::Rule,
        }
    }
}

/// A reason beyond those that are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonNotTold {
    /// Its code.
    pub code: String,
    /// Where it comes from.
    pub origin: ReasonOrigin,
}

/// A score, and what the applicant is told with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScoreDisclosed {
    /// Whose model it is.
    pub kind: ScoreKind,
    /// The score (FCRA 615(a)(2)(A)): a whole number, or a fraction as a text.
    #[schema(schema_with = points)]
    pub value: Points,
    /// The least score that the model gives (609(f)(1)(B)).
    #[schema(schema_with = points)]
    pub min: Points,
    /// The greatest score that the model gives (609(f)(1)(B)).
    #[schema(schema_with = points)]
    pub max: Points,
    /// The day the score was made (609(f)(1)(D)).
    #[serde(with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Whether a higher score is a lower risk.
    pub higher_is_better: bool,
    /// Who provided it (609(f)(1)(E)).
    pub provider: Organisation,
    /// What counted most against the applicant, in order: at most four (609(f)(1)(C)), and inquiries as a fifth (609(f)(9)).
    pub key_factors: Vec<KeyFactor>,
}

/// A key factor of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyFactor {
    /// From 1.
    pub rank: u8,
    /// The scorecard's code.
    pub code: String,
    /// What the applicant is told.
    pub text: String,
    /// Whether it is the number of inquiries, told besides the four.
    pub inquiries: bool,
}

/// What the applicant can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// A free copy of the consumer report, within 60 days (FCRA 615(a)(4)(A)).
    FreeReport,
    /// To dispute what the report says (FCRA 615(a)(4)(B)).
    DisputeReport,
    /// To be told the nature of others' information, within 60 days (FCRA 615(b)(1)).
    NatureOfInformation,
    /// To have a person decide anew (GDPR, Article 22(3)).
    HumanReview,
    /// To express a point of view (GDPR, Article 22(3)).
    PointOfView,
    /// To contest the decision (GDPR, Article 22(3)).
    Contest,
    /// To be told how the decision came about (GDPR, Article 15(1)(h)).
    Explanation,
}

/// The denial reasons to report under the Home Mortgage Disclosure Act (12 CFR 1003.4(a)(16)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HmdaReasons {
    /// At most four, each once, in the order of the principal reasons.
    pub codes: Vec<HmdaReason>,
    /// The texts to report with code 9.
    pub other: Vec<String>,
    /// Codes of principal reasons that the settings do not map.
    pub unmapped: Vec<String>,
}

fn points() -> RefOr<Schema> {
    points_or_null(false)
}

fn nullable_points() -> RefOr<Schema> {
    points_or_null(true)
}

fn points_or_null(nullable: bool) -> RefOr<Schema> {
    let types: &[Type] =
        if nullable { &[Type::Integer, Type::String, Type::Null] } else { &[Type::Integer, Type::String] };
    let one_of = OneOfBuilder::new().description(Some("A whole number, or a decimal fraction as a text"));
    types.iter().fold(one_of, |schema, t| schema.item(ObjectBuilder::new().schema_type(t.clone()))).into()
}
