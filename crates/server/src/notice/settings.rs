//! How a lender wants its notices.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DateStyle, HmdaReason};

/// How a lender wants its notices. The default is a lender in the United States.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeSettings {
    /// Whose law the notice follows: which sections it has. Where empty: reasons and who to ask.
    pub jurisdictions: BTreeSet<Jurisdiction>,
    /// How dates are written.
    pub date_style: DateStyle,
    /// The language of the templates, as a BCP 47 tag; the HTML declares it.
    pub language: String,
    /// When the score is told.
    pub score_disclosure: ScoreDisclosure,
    /// At most so many principal reasons, 1 to 10; 12 CFR 1002.9, comment 9(b)(2)-1: more than four is unlikely to help.
    pub principal_reasons_at_most: u8,
    /// The lender's own texts by reason code; they go before those of the scorecard and the policy.
    pub reason_texts: BTreeMap<String, String>,
    /// What a reason code is in the denial reasons of the Home Mortgage Disclosure Act; empty where the lender does not
    /// report.
    pub hmda: BTreeMap<String, HmdaReason>,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self {
            jurisdictions: BTreeSet::from([Jurisdiction::Us]),
            date_style: DateStyle::default(),
            language: "en".to_owned(),
            score_disclosure: ScoreDisclosure::default(),
            principal_reasons_at_most: 4,
            reason_texts: BTreeMap::new(),
            hmda: BTreeMap::new(),
        }
    }
}

/// Whose law a notice follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Jurisdiction {
    /// The United States: Equal Credit Opportunity Act (Regulation B) and Fair Credit Reporting Act.
    Us,
    /// The European Union: GDPR, Article 22.
    Eu,
}

/// When the score is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreDisclosure {
    /// In the United States where a consumer report was used, or the score was bought (FCRA 615(a)(2)); in the European
    /// Union where the score decided, alone or with a rule or a person (GDPR, Article 15(1)(h)).
    #[default]
    Auto,
    /// Whenever there is a score.
    Always,
    /// Never; a warning where the law asks for it.
    Never,
}
