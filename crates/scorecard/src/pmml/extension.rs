//! The `<Extension>` in which a written document keeps what the standard has no place for: the model's own JSON.
//!
//! The standard's part stays what other engines read. So that the two cannot drift apart unseen, a document that was
//! changed by another hand is refused: its standard part must read as that of the extension's model.

use crate::{Error, Result, Scorecard, from_json, to_json};

/// Who the extension belongs to.
pub(super) const EXTENDER: &str = "plimsoll";
/// Its name.
pub(super) const NAME: &str = "scorecard";

/// The model as the extension holds it.
pub(super) fn node_text(scorecard: &Scorecard) -> String {
    format!("\n{}", to_json(scorecard))
}

/// The model that the extension holds, if its standard part is `standard`.
///
/// `reread` reads a document without regard to extensions.
pub(super) fn restore(
    text: &str,
    line: usize,
    standard: &Scorecard,
    reread: impl Fn(&str) -> Result<Scorecard>,
) -> Result<Scorecard> {
    let problem = |problem: String| Error::Pmml { line, element: "Extension".into(), problem };
    let scorecard = from_json(text.as_bytes()).map_err(|error| problem(error.to_string()))?;
    let again = super::write::standard(&scorecard).and_then(|document| reread(&document));
    match again {
        Ok(again) if again == *standard => Ok(scorecard),
        _ => Err(problem(
            "its scorecard is not the one that the standard's elements say; one of them was changed: remove the \
             extension to keep the standard's elements, or write the document again"
                .into(),
        )),
    }
}
