//! Whom notices to applicants come from, and how they are worded.

use std::path::PathBuf;

use super::Source;
use super::source::Spec;

/// Whom notices to applicants come from, and how they are worded.
#[derive(Debug, Clone)]
pub struct Lender {
    /// A JSON file with `creditor` and `notices`; without it notices are refused.
    pub file: Option<PathBuf>,
    /// A folder with the lender's own templates, which go before the built-in ones.
    pub templates: Option<PathBuf>,
}

impl Lender {
    pub(super) fn read(from: &mut Source) -> Self {
        let file = Spec {
            name: "PLIMSOLL_LENDER",
            default: "",
            meaning: "JSON file with the lender's name, address, supervising agency and wishes for notices; without it notices are refused",
        };
        let templates = Spec {
            name: "PLIMSOLL_NOTICE_TEMPLATES",
            default: "",
            meaning: "folder with templates that go before the built-in ones of notices",
        };
        Self { file: from.path(file), templates: from.path(templates) }
    }
}
