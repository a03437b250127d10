//! Scoring: from an application to an entry of the ledger, and from an entry to an answer.
//!
//! An answer is always drawn from the entry, whether it was recorded a moment or years ago: so that the same request
//! gives the same bytes, after a restart and from another instance.

mod answer;
mod assess;
mod contribution;
mod engine;
mod engines;
mod entry;
mod many;
mod replay;
mod service;
mod what_if;

pub use answer::{AttributeAnswer, LedgerPlace, ModelName, ReasonAnswer, ReasonSource, RuleAnswer, ScoreAnswer};
pub(crate) use answer::{DecisionName, codes_of_reasons};
pub(crate) use assess::{Assessment, assess, hash_bytes};
pub use contribution::Contribution;
pub(crate) use contribution::number;
pub use engine::Engine;
pub use engines::{Deployed, Engines, Shadow, follow_deployment};
pub use entry::EligibleItem;
pub(crate) use entry::{Detail, Outcome, ScoreEntry};
pub use many::NamedApplication;
pub(crate) use replay::again;
pub use replay::{Difference, Replayed, replay};
pub(crate) use service::{Scored, Submission};
pub(crate) use what_if::{WhatIfAnswer, WhatIfRequest};
