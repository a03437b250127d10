//! How long personal data is kept.

use super::Source;
use super::source::Spec;

/// How long personal data is kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Months until an application's key is destroyed. 25 is what Regulation B asks for (12 CFR 1002.12(b)(1)).
    pub months: u32,
}

impl Retention {
    pub(super) fn read(from: &mut Source) -> Self {
        let months = Spec {
            name: "PLIMSOLL_RETENTION_MONTHS",
            default: "25",
            meaning: "months until an application's personal data is destroyed",
        };
        Self { months: u32::try_from(from.count(months, 1..=1_200)).unwrap_or(25) }
    }
}
