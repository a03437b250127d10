//! From a PMML document to a [`Scorecard`], a chapter of the standard a file.

mod array;
mod data_dictionary;
mod document;
mod element;
mod encoding;
mod expression;
mod functions;
mod literal;
mod mining_schema;
mod output;
mod predicate;
mod scope;
mod scorecard;
mod text_index;
mod tree;
mod verification;

use self::{document::Document, scope::Scope};
use super::extension;
use crate::{Error, Evaluator, MAX_BYTES, Result, Scorecard};

/// Reads a PMML Scorecard, checks it, and runs the verification records that it carries.
///
/// The model keeps what the standard says of evaluation: attributes are tried in document order, differences of zero
/// count as reasons, baselines are as stated. As many reasons are drawn as the document's output fields ask for (four
/// where they ask for none). Derived fields that nothing uses are left out.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::Pmml`] with line and element for whatever is not well-formed, outside the standard,
/// outside the Scorecard model, contradictory, or verified with another result than the document states.
pub fn read(bytes: &[u8]) -> Result<Scorecard> {
    read_with_remarks(bytes, None).map(|(scorecard, _)| scorecard)
}

/// As [`read`], for a document of several models: the one of this `modelName`. Without a name the first is meant.
///
/// # Errors
/// As [`read`]; [`Error::Pmml`] where there is no model of this name.
pub fn read_named(bytes: &[u8], model_name: &str) -> Result<Scorecard> {
    read_with_remarks(bytes, Some(model_name)).map(|(scorecard, _)| scorecard)
}

/// As [`read`] or [`read_named`], with what a user should know of how the document was read.
///
/// # Errors
/// As there.
pub fn read_with_remarks(bytes: &[u8], model_name: Option<&str>) -> Result<(Scorecard, Vec<String>)> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge { what: "PMML document", actual: bytes.len(), limit: MAX_BYTES });
    }
    let root = tree::parse(&encoding::decode(bytes)?)?;
    let document = Document::open(&root, model_name)?;
    let standard = read_standard(&document)?;
    let scorecard = match document.own_extension() {
        Some(element) => extension::restore(&element.text, element.line, &standard, |written| {
            let root = tree::parse(written)?;
            read_standard(&Document::open(&root, None)?)
        })?,
        None => standard,
    };
    let evaluator = Evaluator::new(scorecard).map_err(|error| at_its_element(error, document.model))?;
    verification::verify(document.model, &evaluator)?;
    let scorecard = evaluator.into_scorecard();
    let remarks = scorecard::remarks(document.model, &scorecard)?;
    Ok((scorecard, remarks))
}

/// What the standard's elements say, extensions left aside.
fn read_standard(document: &Document<'_>) -> Result<Scorecard> {
    let scorecard = scorecard::read(document, &Scope::new(document)?)?;
    scorecard.check().map_err(|error| at_its_element(error, document.model))?;
    Ok(scorecard)
}

/// A contradiction within the model, at the element that it comes from.
fn at_its_element(error: Error, model: &element::Element) -> Error {
    let Error::Model { path, problem } = error else { return error };
    let name = path.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(name, _)| name);
    let element = document::named(model, name).unwrap_or(model);
    element.error(format!("{problem} (at `{path}`)"))
}
