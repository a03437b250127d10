//! What the lender should look at before it sends a notice.

use serde::Serialize;
use utoipa::ToSchema;

/// Something that does not hinder the notice, but that the lender should look at before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeWarning {
    /// Which.
    pub kind: WarningKind,
    /// What it is, where, and what to do.
    pub message: String,
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A reason says no more than that a standard was not met.
    VagueReason,
    /// There were more reasons than are told.
    ReasonsNotTold,
    /// The notice bears a day after it was due.
    Late,
    /// The law asks for the score and the settings, or the facts, withhold it.
    ScoreWithheld,
    /// The score lies outside its range.
    ScoreOutsideRange,
    /// A score is told without what counted against the applicant.
    KeyFactorsMissing,
    /// A consumer reporting agency without address or telephone number.
    AgencyIncomplete,
    /// Nothing says how the lender is reached but by post.
    NoQuickContact,
    /// A denial reason that the lender must report is missing or needs a text.
    Hmda,
}

pub(super) fn warn(to: &mut Vec<NoticeWarning>, kind: WarningKind, message: impl Into<String>) {
    to.push(NoticeWarning { kind, message: message.into() });
}
