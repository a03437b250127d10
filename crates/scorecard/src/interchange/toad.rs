//! toad's card: `export()` as JSON, `{"feature": {"[-inf ~ 3)": 12.3, "a,b": …, "nan": …}}`, or its data frame.

use serde_json::Value as Json;

use super::{
    TableFormat, intervals,
    python_json::{Members, without_nan},
    rows::{self, Rows},
    table::{Table, TableBin, TableCharacteristic, Taken, not_empty, points},
};
use crate::{Error, Literal, Result};

const FORMAT: TableFormat = TableFormat::Toad;

/// Reads the data frame: columns `name`, `value`, `score`.
pub(super) fn read(rows: &Rows) -> Result<Table> {
    let name = rows.needed("name", FORMAT)?;
    let value = rows.needed("value", FORMAT)?;
    let score = rows.needed("score", FORMAT)?;
    let mut table = Table::new(FORMAT);
    for row in rows.iter() {
        let points = points(&row.text(score)).map_err(|problem| row.error(FORMAT, problem))?;
        let label = match row.text(value) {
            // pandas writes the text "nan" and reads it back as nothing.
            empty if empty.is_empty() => "nan".to_owned(),
            label => label,
        };
        let name = row.text(name);
        if name.is_empty() {
            return Err(row.error(FORMAT, "the name is empty"));
        }
        let bin = TableBin { line: row.line, label, takes: Vec::new(), points, statistics: None };
        table.characteristic(&name, row.line)?.bins.push(bin);
    }
    finish(table)
}

/// Reads the JSON that `export(to_json=…)` writes.
pub(super) fn read_json(text: &str) -> Result<Table> {
    let card: Members<Members<Json>> =
        serde_json::from_str(&without_nan(text)).map_err(|error| rows::json(&error, FORMAT.name()))?;
    let mut table = Table::new(FORMAT);
    for (name, Members(bins)) in card.0 {
        for (label, score) in bins {
            let problem = |problem: &str| Error::Table {
                tool: FORMAT.name(),
                line: 0,
                problem: format!("`{name}`, `{label}`: {problem}"),
            };
            let points = match &score {
                Json::Number(number) => points(&number.to_string()).map_err(|p| problem(&p))?,
                other => return Err(problem(&format!("{other} where points are expected"))),
            };
            let bin = TableBin { line: 0, label: label.clone(), takes: Vec::new(), points, statistics: None };
            table.characteristic(&name, 0)?.bins.push(bin);
        }
    }
    finish(table)
}

fn finish(mut table: Table) -> Result<Table> {
    for characteristic in &mut table.characteristics {
        let numeric = characteristic.bins.iter().any(|bin| intervals::parse(&bin.label).is_some());
        for bin in &mut characteristic.bins {
            bin.takes = match bin.label.as_str() {
                "nan" => vec![Taken::Missing],
                "else" => vec![Taken::Otherwise],
                label if numeric => {
                    let interval = intervals::parse(label).ok_or_else(|| Error::Table {
                        tool: FORMAT.name(),
                        line: bin.line,
                        problem: format!("`{}`: `{label}` is no interval such as `[1 ~ 2)`", characteristic.name),
                    })?;
                    vec![Taken::Interval(interval)]
                }
                label => categories(split(label)),
            };
        }
    }
    not_empty(table)
}

/// What a user should know of this card; `exact` where the groups stood beside it as JSON.
pub(super) fn remarks(characteristics: &[TableCharacteristic], exact: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    let comma = |taken: &Taken| matches!(taken, Taken::Values(texts) if texts.iter().any(|t| matches!(t, Literal::Text(t) if t.contains(','))));
    let with_comma: Vec<&str> = characteristics.iter().filter(|c| c.has(comma)).map(|c| c.name.as_str()).collect();
    if !exact && !with_comma.is_empty() {
        remarks.push(format!(
            "toad joins categories by commas: where a space follows, the comma was taken as part of the category ({}); give \
             `combiner.export()` beside the card (`--bins`) to be sure",
            with_comma.join(", ")
        ));
    }
    if characteristics.iter().flat_map(|c| &c.bins).map(|bin| bin.points.decimals()).max() == Some(2) {
        remarks.push(
            "the points have two decimals, as toad rounds them unless told otherwise: scores may differ from toad's own by half \
             a hundredth a characteristic; `export(decimal=10)` keeps more"
                .into(),
        );
    }
    remarks
}

/// toad joins by a bare comma; a comma before a space is part of a category.
fn split(label: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in label.split(',') {
        match parts.last_mut() {
            Some(last) if part.starts_with(' ') => {
                last.push(',');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// The categories of a group; `nan` among them is what a missing value turns into.
pub(super) fn categories(texts: Vec<String>) -> Vec<Taken> {
    let missing = texts.iter().any(|text| text == "nan").then_some(Taken::Missing);
    let values: Vec<Literal> = texts.into_iter().filter(|text| text != "nan").map(Literal::Text).collect();
    (!values.is_empty()).then_some(Taken::Values(values)).into_iter().chain(missing).collect()
}

/// Takes the groups of `combiner.export()` in place of the categories that were split at commas.
pub(super) fn use_groups(characteristic: &mut TableCharacteristic, groups: &Json) -> std::result::Result<(), String> {
    let Some(groups) = groups.as_array() else { return Err("a list of groups is expected".into()) };
    // A list of numbers is that of a numeric feature, whose split points the card has in full.
    if groups.iter().any(|group| group.is_number() || group.is_null()) {
        return Ok(());
    }
    if groups.len() != characteristic.bins.len() {
        return Err(format!("{} groups, but the card has {} bins", groups.len(), characteristic.bins.len()));
    }
    for (bin, group) in characteristic.bins.iter_mut().zip(groups) {
        let texts: Option<Vec<String>> = match group {
            Json::String(other) if other == "else" => continue,
            Json::Array(texts) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let texts = texts.ok_or_else(|| format!("{group} is no list of texts"))?;
        if texts.join(",") != bin.label {
            return Err(format!("the group {group} is not the card's bin `{}`", bin.label));
        }
        bin.takes = categories(texts);
    }
    Ok(())
}
