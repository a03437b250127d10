//! From a [`Scorecard`] to a PMML 4.4 document, in the standard's order of elements.

mod expression;
mod fields;
mod node;
mod output;
mod predicate;
mod remarks;
mod scorecard;

pub use self::remarks::write_remarks;

use self::{fields::Names, node::Node};
use super::extension;
use crate::{Error, Result, Scorecard};

/// Writes a scorecard as a PMML 4.4 document.
///
/// The standard's part says all that decides the score, and of reasons what it has words for: fields and their treatment,
/// derived fields, attributes, points, the baselines of the chosen method. What the standard has no place for (texts of reasons, the other methods'
/// baselines, statistics, scaling, provenance) stands in one `<Extension>` as the model's own JSON, so that
/// [`super::read`] gives the equal model back.
///
/// Where `reasons.mode` is `notice`, other engines still report differences of zero, as the standard has it: see
/// [`write_remarks`].
///
/// # Errors
/// [`Error::Model`] where the scorecard contradicts itself; [`Error::Untranslatable`] where it holds something that
/// XML or the standard cannot say.
pub fn write(scorecard: &Scorecard) -> Result<String> {
    scorecard.check()?;
    document(scorecard, Some(extension::node_text(scorecard)))?.render()
}

/// The standard's part alone.
pub(super) fn standard(scorecard: &Scorecard) -> Result<String> {
    document(scorecard, None)?.render()
}

fn document(scorecard: &Scorecard, extension: Option<String>) -> Result<Node> {
    let names = Names::of(scorecard);
    Ok(Node::new("PMML")
        .with("xmlns", "http://www.dmg.org/PMML-4_4")
        .with("version", "4.4")
        .holding(header(scorecard))
        .holding(fields::dictionary(scorecard, &names)?)
        .holding(scorecard::model(scorecard, &names, extension)?))
}

fn header(scorecard: &Scorecard) -> Node {
    let provenance = &scorecard.provenance;
    let mut header = Node::new("Header")
        .with_some("copyright", provenance.author.as_deref())
        .with_some("description", Some(scorecard.description.as_str()).filter(|text| !text.is_empty()));
    if let Some(tool) = &provenance.tool {
        header = header.holding(Node::new("Application").with("name", tool));
    }
    if let Some(created) = &provenance.created {
        header = header.holding(Node::new("Timestamp").text(created));
    }
    header
}

/// Something that the target format cannot say.
fn untranslatable(path: &str, problem: impl Into<String>) -> Error {
    Error::Untranslatable { target: "PMML".into(), path: path.to_owned(), problem: problem.into() }
}
