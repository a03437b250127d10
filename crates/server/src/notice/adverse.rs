//! Whether a decision is adverse, and who made it last.

use scorecard::policy::{DecidedBy, Decision};

use super::{
    NoticeError, NoticeFacts,
    document::Decider,
    facts::{Review, ReviewReason},
};

/// Why no notice is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotAdverse {
    /// Credit was granted.
    #[error("it was approved, so there is no adverse action to give notice of")]
    Approved,
    /// A person decides still.
    #[error("it was referred to a person and is not final; record the review first, then ask for the notice")]
    Referred,
    /// A person granted the credit that the system had declined.
    #[error("a review overturned the decline, so there is no adverse action to give notice of")]
    Overturned,
    /// A review that has not come to its end.
    #[error("its review is not finished; record what the reviewer decides, then ask for the notice")]
    UnderReview,
}

/// Who made an adverse decision.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Adverse<'f> {
    /// The system; where a person looked at it, the system's reasons stand.
    System(DecidedBy),
    /// A person with reasons of their own, and the part of the system that the application had failed or not passed
    /// before.
    Person(&'f [ReviewReason], Option<DecidedBy>),
}

impl Adverse<'_> {
    pub(super) fn decider(&self) -> Decider {
        match self {
            Self::System(DecidedBy::Score) => Decider::Score,
            Self::System(DecidedBy::Rules) => Decider::Rules,
            Self::System(DecidedBy::Both) => Decider::Both,
            Self::Person(..) => Decider::Review,
        }
    }

    /// The part of the system whose reasons are told.
    pub(super) fn failed(&self) -> Option<DecidedBy> {
        match self {
            Self::System(decided_by) => Some(*decided_by),
            Self::Person(_, failed) => *failed,
        }
    }
}

/// What the system has to do with a person's decline. 12 CFR 1002.9, comment 9(b)(2)-7: of a score that neither approved nor
/// declined the reasons are told too, of one that approved they are not.
fn failed_before(facts: &NoticeFacts) -> Option<DecidedBy> {
    match (facts.decision, facts.decided_by) {
        (Decision::Decline, decided_by) => Some(decided_by),
        (Decision::Refer, DecidedBy::Score | DecidedBy::Both) => Some(DecidedBy::Score),
        (Decision::Refer, DecidedBy::Rules) | (Decision::Approve, _) => None,
    }
}

/// The last decision counts: the review's where there is one.
pub(super) fn adverse(facts: &NoticeFacts) -> Result<Adverse<'_>, NoticeError> {
    let refused = |why| Err(NoticeError::NotAdverse { decision_id: facts.decision_id.clone(), why });
    let system = Adverse::System(facts.decided_by);
    match (facts.decision, &facts.review) {
        (Decision::Decline, None) => Ok(system),
        (Decision::Approve, None) => refused(NotAdverse::Approved),
        (Decision::Refer, None) => refused(NotAdverse::Referred),
        (_, Some(Review { decision: Decision::Refer, .. })) => refused(NotAdverse::UnderReview),
        (Decision::Decline, Some(Review { decision: Decision::Approve, .. })) => refused(NotAdverse::Overturned),
        (_, Some(Review { decision: Decision::Approve, .. })) => refused(NotAdverse::Approved),
        (_, Some(Review { decision: Decision::Decline, reasons, .. })) if !reasons.is_empty() => {
            Ok(Adverse::Person(reasons, failed_before(facts)))
        }
        (Decision::Decline, Some(_)) => Ok(system),
        (_, Some(_)) => Err(NoticeError::fact(
            "review.reasons",
            "the reviewer declined what the system had not, so the reasons must be the reviewer's; record the review with its reasons",
        )),
    }
}
