//! What a scorecard's reasons lose on the way to other engines.

use crate::{Scorecard, model::ReasonMode};

/// What the standard's elements cannot say of the reasons, so that other engines give others: one sentence each. The extension
/// keeps it for whoever reads the document by this crate.
#[must_use]
pub fn write_remarks(scorecard: &Scorecard) -> Vec<String> {
    let reasons = &scorecard.reasons;
    let mut remarks = Vec::new();
    if !reasons.enabled {
        return remarks;
    }
    if reasons.mode == ReasonMode::Notice {
        remarks.push(format!(
            "PMML cannot say that a characteristic that cost nothing is no reason (`reasons.mode` is `notice`): where fewer than {} \
             cost points, another engine fills up with codes of those that cost none; the reasons before them are the same. Drop \
             them there, or have the same everywhere with the mode `pmml`",
            reasons.at_most
        ));
    }
    if scorecard.characteristics.iter().any(|characteristic| characteristic.inquiries) {
        remarks.push(
            "PMML has no place for the additional reason of credit inquiries (`inquiries`): another engine gives it only where it \
             is among the first"
                .to_owned(),
        );
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_engines_do_not_know_is_said() {
        let mut card = Scorecard::named("card");
        let first = |card: &Scorecard| write_remarks(card).first().cloned().unwrap_or_default();
        assert!(first(&card).contains("where fewer than 4 cost points"));
        card.reasons.mode = ReasonMode::Pmml;
        assert_eq!(write_remarks(&card), Vec::<String>::new());
        card.reasons.mode = ReasonMode::Notice;
        card.reasons.enabled = false;
        assert_eq!(write_remarks(&card), Vec::<String>::new());
    }
}
