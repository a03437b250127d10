//! optbinning's `Scorecard.table()`: columns `Variable`, `Bin`, `Points`; style `detailed` has counts and more.

use serde_json::Value as Json;

use super::{
    TableFormat, intervals, python_arrays,
    rows::{Row, Rows},
    table::{Table, TableBin, TableCharacteristic, Taken, not_empty, points},
};
use crate::{
    Literal, Points, Result,
    model::{AttributeStatistics, CharacteristicStatistics},
};

const FORMAT: TableFormat = TableFormat::Optbinning;
/// How the bin of missing values is named.
const MISSING: &str = "Missing";

pub(super) fn read(rows: &Rows) -> Result<Table> {
    let variable = rows.needed("Variable", FORMAT)?;
    let bin = rows.needed("Bin", FORMAT)?;
    let worth = rows.needed("Points", FORMAT)?;
    let mut table = Table::new(FORMAT);
    for row in rows.iter() {
        let name = row.text(variable);
        if name.is_empty() {
            return Err(row.error(FORMAT, "the variable is empty"));
        }
        let points = points(&row.text(worth)).map_err(|problem| row.error(FORMAT, format!("`{name}`: {problem}")))?;
        let (label, taken) =
            taken(row.cell(bin)).map_err(|problem| row.error(FORMAT, format!("`{name}`: {problem}")))?;
        let bin = TableBin { line: row.line, label, takes: vec![taken], points, statistics: statistics(rows, row) };
        let characteristic = table.characteristic(&name, row.line)?;
        if let (Some(value), Some(coefficient)) =
            (row.number(rows.column("IV")), row.number(rows.column("Coefficient")))
        {
            let known = characteristic.statistics.get_or_insert(CharacteristicStatistics {
                information_value: 0.0,
                coefficient,
                standard_error: None,
            });
            known.information_value += value;
        }
        characteristic.bins.push(bin);
    }
    not_empty(table)
}

/// What a user should know of this table; `exact` where the bins stood beside it as JSON.
pub(super) fn remarks(characteristics: &[TableCharacteristic], exact: bool) -> Vec<String> {
    let rounded = if exact { None } else { rounded_splits(characteristics) };
    [rounded, neutral_missing(characteristics), intercept(characteristics)].into_iter().flatten().collect()
}

/// What a cell of the column `Bin` takes, and how it reads.
fn taken(cell: &Json) -> std::result::Result<(String, Taken), String> {
    match cell {
        Json::String(text) => {
            let text = text.trim();
            if text == MISSING {
                return Ok((text.to_owned(), Taken::Missing));
            }
            if let Some(interval) = intervals::parse(text) {
                return Ok((text.to_owned(), Taken::Interval(interval)));
            }
            if text.starts_with(['[', '<']) {
                return Ok(match python_arrays::parse(text) {
                    Ok(values) => (list(&values), Taken::Values(values)),
                    // The bins beside the table may still say what they are.
                    Err(problem) => (text.to_owned(), Taken::Unreadable(problem)),
                });
            }
            if text.is_empty() { Err("the bin is empty".into()) } else { Ok((text.to_owned(), Taken::UnknownSpecial)) }
        }
        Json::Array(items) => {
            let values = items.iter().map(literal).collect::<std::result::Result<Vec<_>, _>>()?;
            Ok((list(&values), Taken::Values(values)))
        }
        other => Err(format!("the bin is {other}; a text or a list of categories is expected")),
    }
}

/// A category or code of a JSON file.
pub(super) fn literal(json: &Json) -> std::result::Result<Literal, String> {
    match json {
        Json::String(text) => Ok(Literal::Text(text.clone())),
        Json::Bool(truth) => Ok(Literal::Boolean(*truth)),
        Json::Number(number) => number.as_f64().map(Literal::Number).ok_or_else(|| format!("{number} is out of range")),
        other => Err(format!("{other} is no category")),
    }
}

/// Categories as a person reads them.
pub(super) fn list(values: &[Literal]) -> String {
    let text = |literal: &Literal| match literal {
        Literal::Text(text) => text.clone(),
        other => other.to_string(),
    };
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn statistics(rows: &Rows, row: &Row) -> Option<AttributeStatistics> {
    Some(AttributeStatistics {
        count: row.number(rows.column("Count"))?,
        share: row.number(rows.column("Count (%)"))?,
        bad_rate: row.number(rows.column("Event rate"))?,
        woe: row.number(rows.column("WoE"))?,
    })
}

/// Split points are printed with two decimals unless `show_digits` says more: halves and whole numbers pass for exact.
fn rounded_splits(characteristics: &[TableCharacteristic]) -> Option<String> {
    let looks_rounded = |text: &str| {
        let mut ends = text.split([',', '[', ']', '(', ')']).filter_map(|end| end.trim().split_once('.'));
        ends.any(|(_, decimals)| !decimals.is_empty() && !matches!(decimals.trim_end_matches('0'), "" | "5"))
    };
    let of = |c: &'_ TableCharacteristic| {
        let intervals = c.bins.iter().filter(|bin| matches!(bin.takes[..], [Taken::Interval(_)]));
        intervals.map(|bin| bin.label.clone()).collect::<Vec<_>>()
    };
    let rounded: Vec<&str> = characteristics
        .iter()
        .filter(|c| of(c).iter().any(|label| looks_rounded(label)))
        .map(|c| c.name.as_str())
        .collect();
    let digits = characteristics.iter().flat_map(of).map(|label| intervals::decimals(&label)).max();
    (!rounded.is_empty()).then(|| {
        format!(
            "split points stand in the table with {} decimals and are probably rounded ({}): values between a split point \
             and its rounding fall into another bin than in optbinning; give the bins as JSON beside the table (`--bins`), or fit with \
             `show_digits=8`",
            digits.unwrap_or(0),
            rounded.join(", ")
        )
    })
}

/// optbinning scores missing values at WoE 0 unless told `metric_missing="empirical"`.
fn neutral_missing(characteristics: &[TableCharacteristic]) -> Option<String> {
    let missing = |c: &TableCharacteristic| c.bins.iter().find(|bin| bin.takes == [Taken::Missing]).cloned();
    let rows: Vec<(&TableCharacteristic, TableBin)> =
        characteristics.iter().filter_map(|c| missing(c).map(|bin| (c, bin))).collect();
    let seen: Vec<&str> = rows
        .iter()
        .filter(|(_, bin)| bin.statistics.as_ref().is_none_or(|s| s.count > 0.0 && s.woe != 0.0))
        .map(|(c, _)| c.name.as_str())
        .collect();
    let first = rows.first().map(|(_, bin)| bin.points)?;
    // Neutral points are the same in every characteristic: offset and intercept, shared out evenly.
    let neutral = rows.len() > 1 && rows.iter().all(|(_, bin)| bin.points == first);
    (neutral && !seen.is_empty()).then(|| {
        format!(
            "missing values get the same {first} points in every characteristic: optbinning's WoE of 0, not what was seen of \
             them ({}); fit with metric_missing=\"empirical\" to score them by their own bad rate",
            seen.join(", ")
        )
    })
}

/// An intercept-based card has its lowest points at zero everywhere, and the rest in an attribute that is not in the table.
fn intercept(characteristics: &[TableCharacteristic]) -> Option<String> {
    let lowest = |c: &TableCharacteristic| c.bins.iter().map(|bin| bin.points).min();
    characteristics.iter().all(|c| lowest(c) == Some(Points::ZERO)).then(|| {
        "the lowest points of every characteristic are 0, as `intercept_based=True` makes them: give `scorecard.intercept_` \
         as the initial score, which the table does not hold"
            .into()
    })
}
