//! What a letter must hold, whatever template it comes from.

use minijinja::HtmlEscape;

use super::{Jurisdiction, NoticeDocument, NoticeError};

/// A letter as a template gave it.
pub(super) struct Letter<'l> {
    /// The template.
    pub(super) name: &'l str,
    /// What it gave.
    pub(super) letter: &'l str,
    /// Whether it is HTML.
    pub(super) html: bool,
}

impl Letter<'_> {
    /// Refuses a letter in which a principal reason is left out.
    pub(super) fn must_hold_reasons(&self, document: &NoticeDocument) -> Result<(), NoticeError> {
        let reasons = document.principal_reasons.iter();
        self.must_hold(
            reasons.map(|r| (r.text.as_str(), format!("the text of principal reason {} (`{}`)", r.rank, r.code))),
        )
    }

    /// Refuses a letter in which anything is left out that the law asks for by name.
    pub(super) fn must_hold_all(&self, document: &NoticeDocument) -> Result<(), NoticeError> {
        self.must_hold_reasons(document)?;
        let factors = document.score.iter().flat_map(|score| &score.key_factors);
        self.must_hold(
            factors.map(|f| (f.text.as_str(), format!("the text of key factor {} (`{}`)", f.rank, f.code))),
        )?;
        let creditor = &document.creditor;
        let us = document.jurisdictions.contains(&Jurisdiction::Us);
        let agencies = document.consumer_reports.iter().map(|agency| (&agency.name, "a consumer reporting agency"));
        let supervisor = creditor.supervising_agency.iter().map(|agency| (&agency.name, "the supervising agency"));
        let names = agencies.chain(supervisor).filter(|_| us).chain([(&creditor.name, "the creditor")]);
        self.must_hold(names.map(|(name, whose)| (name.as_str(), format!("the name of {whose}"))))
    }

    fn must_hold<'t>(&self, texts: impl Iterator<Item = (&'t str, String)>) -> Result<(), NoticeError> {
        let letter = spaced(self.letter);
        for (text, what) in texts {
            let text = if self.html { spaced(&HtmlEscape(text).to_string()) } else { spaced(text) };
            if !letter.contains(&text) {
                return Err(NoticeError::template(
                    self.name,
                    format!("leaves out {what}; a letter must hold it as it is"),
                ));
            }
        }
        Ok(())
    }
}

/// Line breaks and runs of blanks are the template's to choose.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
