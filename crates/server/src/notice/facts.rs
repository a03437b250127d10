//! What a notice is made from.

use scorecard::{
    Points,
    policy::{DecidedBy, Decision},
};
use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::ToSchema;

use super::date::iso;

/// Everything that one notice is made from. Texts are single lines; [`super::Notices::compose`] checks their lengths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeFacts {
    /// The decision's id, by which the applicant and the lender find it again.
    pub decision_id: String,
    /// The day the decision was made.
    #[serde(with = "iso")]
    pub decision_date: Date,
    /// The day the notice bears.
    #[serde(with = "iso")]
    pub notice_date: Date,
    /// The day the completed application was received, from which 12 CFR 1002.9(a)(1)(i) counts; the decision's day
    /// where it is not known.
    #[serde(with = "iso::option", default)]
    pub application_completed: Option<Date>,
    /// What the policy decided.
    pub decision: Decision,
    /// Which part of it decided.
    pub decided_by: DecidedBy,
    /// The reasons, ranked: the first is the weightiest. The order is kept.
    pub reasons: Vec<Reason>,
    /// A person's later decision on the same application.
    #[serde(default)]
    pub review: Option<Review>,
    /// Whom the letter goes to.
    #[serde(default)]
    pub applicant: Option<Addressee>,
    /// Who decided.
    pub creditor: Creditor,
    /// The score that was used.
    #[serde(default)]
    pub score: Option<ScoreFacts>,
    /// The agencies whose consumer reports the decision rests on, in whole or in part; none where no report was used.
    #[serde(default)]
    pub consumer_reports: Vec<Organisation>,
    /// Whether the decision rests on information from others than the applicant and consumer reporting agencies (FCRA
    /// 615(b)(1)).
    #[serde(default)]
    pub outside_information: bool,
}

/// One reason for the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The scorecard's or the policy's code.
    pub code: String,
    /// What the applicant is told; [`super::NoticeSettings::reason_texts`] goes before it.
    #[serde(default)]
    pub text: Option<String>,
    /// Points lost under it, where it comes from the score.
    #[serde(default)]
    pub points_lost: Option<Points>,
    /// Which part of the system it comes from.
    pub source: ReasonSource,
}

/// Which part of the system a reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonSource {
    /// Points lost in the score.
    Score,
    /// A rule of the policy that fired.
    Rule,
}

/// A person's decision that follows the system's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What the person decided; `refer` means that the review goes on.
    pub decision: Decision,
    /// The day of it.
    #[serde(with = "iso")]
    pub date: Date,
    /// The person's own reasons, the weightiest first. Where a decline is upheld they may be absent: the system's then
    /// stand alone.
    #[serde(default)]
    pub reasons: Vec<ReviewReason>,
}

/// A reason that a reviewer states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewReason {
    /// The lender's code.
    pub code: String,
    /// What the applicant is told.
    #[serde(default)]
    pub text: Option<String>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// The name.
    pub name: String,
    /// The address, line by line.
    #[serde(default)]
    pub address: Vec<String>,
}

/// A company or an authority: a consumer reporting agency, a score's provider, a supervising agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The name.
    pub name: String,
    /// The address, line by line.
    #[serde(default)]
    pub address: Vec<String>,
    /// The telephone number; of a nationwide agency the toll-free one (FCRA 615(a)(3)(A)).
    #[serde(default)]
    pub phone: Option<String>,
    /// The web site.
    #[serde(default)]
    pub website: Option<String>,
}

/// The lender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Creditor {
    /// The name (12 CFR 1002.9(a)(2)).
    pub name: String,
    /// The address, line by line (12 CFR 1002.9(a)(2)).
    pub address: Vec<String>,
    /// The telephone number for questions.
    #[serde(default)]
    pub phone: Option<String>,
    /// The e-mail address for questions.
    #[serde(default)]
    pub email: Option<String>,
    /// The web site.
    #[serde(default)]
    pub website: Option<String>,
    /// The federal agency that supervises the lender's compliance with the Equal Credit Opportunity Act (12 CFR
    /// 1002.9(b)(1), appendix A).
    #[serde(default)]
    pub supervising_agency: Option<Organisation>,
}

/// The score that was used in the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreFacts {
    /// Whose model it is.
    pub kind: ScoreKind,
    /// The score.
    pub value: Points,
    /// The least score that the model gives.
    pub min: Points,
    /// The greatest score that the model gives.
    pub max: Points,
    /// The day the score was made.
    #[serde(with = "iso")]
    pub date: Date,
    /// Whether a higher score is a lower risk.
    pub higher_is_better: bool,
    /// Who provided it; the creditor where absent and the model is its own.
    #[serde(default)]
    pub provider: Option<Organisation>,
    /// What counted most against the applicant, in order. Where empty, and the model is the lender's own, the reasons
    /// that come from the score.
    #[serde(default)]
    pub key_factors: Vec<Reason>,
    /// The number of inquiries, where it counted against the applicant but is not among the key factors: it is told besides
    /// them (FCRA 609(f)(9)).
    #[serde(default)]
    pub inquiries: Option<InquiriesFactor>,
}

/// Whose model a score comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// The lender's own model.
    Own,
    /// A consumer reporting agency's or another company's.
    Bought,
}

/// Inquiries as a key factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiriesFactor {
    /// The scorecard's code.
    pub code: String,
    /// What the applicant is told.
    #[serde(default)]
    pub text: Option<String>,
}
