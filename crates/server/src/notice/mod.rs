//! The adverse-action notice: what a person is told whose application was declined, as JSON, HTML and plain text.
//!
//! A pure function of [`NoticeFacts`] and [`NoticeSettings`]: no HTTP, no store, no clock. [`Notices`] holds the
//! templates, the lender's before ours; [`Notices::compose`] refuses a decision that was not adverse. Which rule asks for
//! which part is said in `docs/notices.md` and at the fields.

mod adverse;
mod check;
mod compose;
mod date;
mod desk;
mod document;
mod error;
mod facts;
mod hmda;
mod lender_templates;
mod limits;
mod must_hold;
mod reasons;
mod score;
mod settings;
mod specimen;
mod templates;
mod vague;
mod warning;
mod wrap;

pub use adverse::NotAdverse;
pub use compose::{Notice, Notices};
pub use date::DateStyle;
pub use desk::{LenderFile, NoticeDesk};
pub use document::{
    Deadline, DeadlineBasis, Decider, HmdaReasons, KeyFactor, NoticeDocument, PrincipalReason, ReasonNotTold,
    ReasonOrigin, ReviewNote, Right, ScoreDisclosed,
};
pub use error::NoticeError;
pub use facts::{
    Addressee, Creditor, InquiriesFactor, NoticeFacts, Organisation, Reason, ReasonSource, Review, ReviewReason,
    ScoreFacts, ScoreKind,
};
pub use hmda::HmdaReason;
pub use lender_templates::LenderTemplates;
pub use settings::{Jurisdiction, NoticeSettings, ScoreDisclosure};
pub use warning::{NoticeWarning, WarningKind};
