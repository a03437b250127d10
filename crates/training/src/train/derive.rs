//! Columns that the dictionary computes from others: looked at like any other, and computed by the scorecard itself
//! wherever it scores.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use rayon::prelude::*;
use scorecard::{
    Derivation, Literal, Scorecard, Value,
    model::{DerivedField, Field, FieldType},
    used_by,
};

use super::{Role, TrainOptions, card};
use crate::{
    Error, Result,
    scoring::value,
    table::{Column, ColumnData, Levels, Table, too_many},
};

/// Rows that one thread computes at a time.
const CHUNK: usize = 4096;

/// The table with the derived columns of the dictionary behind its own.
///
/// # Errors
/// [`Error::Column`] for a derived column that has the name of another, is of a type that cannot be binned, uses the outcome, the
/// weight or a protected column, or has no value in some row.
pub fn with_derived<'t>(table: &'t Table, options: &TrainOptions) -> Result<Cow<'t, Table>> {
    let derived = &options.dictionary.derived;
    if derived.is_empty() {
        return Ok(Cow::Borrowed(table));
    }
    check(table, options)?;
    let columns = raw_columns(table, options)?;
    let fields: Vec<Field> = columns.iter().map(|column| card::field(column, &Default::default())).collect();
    let derivation = Derivation::new(&fields, derived).map_err(|error| in_dictionary(derived, &error))?;
    let starts: Vec<usize> = (0..table.rows).step_by(CHUNK).collect();
    let parts = starts
        .into_par_iter()
        .map(|start| compute(table, &columns, &derivation, start..table.rows.min(start + CHUNK)))
        .collect::<Result<Vec<Vec<Vec<Option<Literal>>>>>>()?;
    let mut made: Vec<Vec<Option<Literal>>> = vec![Vec::with_capacity(table.rows); derived.len()];
    for part in parts {
        made.iter_mut().zip(part).for_each(|(all, some)| all.extend(some));
    }
    let mut extended = table.clone();
    for (derived, values) in derived.iter().zip(made) {
        let name = derived.name.clone();
        let data = if derived.field_type.is_numeric() { Ok(numbers(&values)) } else { categories(&values) };
        extended.columns.push(Column {
            data: data.map_err(|problem| Error::Column { column: name.clone(), problem })?,
            name,
            inference: "computed from other columns, as the dictionary says".into(),
            missing: Vec::new(),
        });
    }
    Ok(Cow::Owned(extended))
}

/// The derived columns of some rows.
fn compute(
    table: &Table,
    columns: &[&Column],
    derivation: &Derivation,
    rows: std::ops::Range<usize>,
) -> Result<Vec<Vec<Option<Literal>>>> {
    let mut made: Vec<Vec<Option<Literal>>> = Vec::new();
    let mut values: Vec<Value<'_>> = Vec::with_capacity(columns.len());
    for row in rows {
        values.clear();
        values.extend(columns.iter().map(|column| value(&column.data, row)));
        let computed = derivation.values(&values).map_err(|error| Error::Table {
            path: table.source.clone(),
            line: None,
            problem: format!(
                "{}: {error}; say in the dictionary what it is then, e.g. with `\"on_invalid\": \"missing\"`",
                table.place(row)
            ),
        })?;
        made.resize(computed.len(), Vec::new());
        made.iter_mut().zip(computed).for_each(|(all, value)| all.push(value));
    }
    Ok(made)
}

/// Adds the derived fields that the characteristics need to a card, and the fields that those need.
pub(super) fn complete(scorecard: &mut Scorecard, table: &Table, options: &TrainOptions) -> Result<()> {
    let derived: HashMap<&str, &DerivedField> =
        options.dictionary.derived.iter().map(|derived| (derived.name.as_str(), derived)).collect();
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = scorecard
        .characteristics
        .iter()
        .filter_map(|characteristic| derived.get_key_value(characteristic.field.as_str()).map(|(name, _)| *name))
        .collect();
    while let Some(name) = open.pop() {
        if needed.insert(name)
            && let Some(derived) = derived.get(name)
        {
            open.extend(used_by(derived).map_err(|error| in_dictionary(&options.dictionary.derived, &error))?);
        }
    }
    for column in table.columns.iter().filter(|column| needed.contains(column.name.as_str())) {
        let known = scorecard.fields.iter().any(|field| field.name == column.name);
        if !known && !derived.contains_key(column.name.as_str()) {
            scorecard.fields.push(card::field(column, &options.dictionary.entry(&column.name)));
        }
    }
    let used = options.dictionary.derived.iter().filter(|derived| needed.contains(derived.name.as_str()));
    scorecard.derived = used.cloned().collect();
    Ok(())
}

fn check(table: &Table, options: &TrainOptions) -> Result<()> {
    let derived = &options.dictionary.derived;
    for (index, field) in derived.iter().enumerate() {
        let fault = |problem: String| Err(Error::Column { column: field.name.clone(), problem });
        let earlier = derived.iter().take(index).any(|other| other.name == field.name);
        if earlier || table.columns.iter().any(|column| column.name == field.name) {
            return fault("is derived in the dictionary, but there is a column of that name; name it otherwise".into());
        }
        if !matches!(field.field_type, FieldType::Numeric | FieldType::Integer | FieldType::Categorical) {
            return fault("a derived column is numeric, integer or categorical".into());
        }
        let is_protected = |name: &str| {
            options.protected.iter().any(|protected| protected == name)
                || options.dictionary.entry(name).role == Role::Protected
        };
        for name in used_by(field).map_err(|error| in_dictionary(derived, &error))? {
            if name == options.target || options.weight.as_deref() == Some(name) {
                return fault(format!("is computed from `{name}`, which no application has"));
            }
            if is_protected(name) && !is_protected(&field.name) {
                return fault(format!("is computed from `{name}`, which is protected: protect both, or neither"));
            }
        }
    }
    Ok(())
}

/// The columns of the table that derived ones use.
fn raw_columns<'t>(table: &'t Table, options: &TrainOptions) -> Result<Vec<&'t Column>> {
    let derived = &options.dictionary.derived;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for field in derived {
        names.extend(used_by(field).map_err(|error| in_dictionary(derived, &error))?);
    }
    names.retain(|name| !options.dictionary.derives(name));
    names.into_iter().map(|name| table.column(name)).collect()
}

fn in_dictionary(derived: &[DerivedField], error: &scorecard::Error) -> Error {
    let named = error.to_string();
    let column = derived.iter().find(|derived| named.contains(&format!("derived[{}]", derived.name)));
    Error::Column {
        column: column.map(|column| column.name.clone()).unwrap_or_default(),
        problem: format!("cannot be derived as the dictionary says: {error}"),
    }
}

fn numbers(values: &[Option<Literal>]) -> ColumnData {
    let number = |value: &Option<Literal>| match value {
        Some(Literal::Number(number)) => *number,
        _ => f64::NAN,
    };
    ColumnData::Numeric(values.iter().map(number).collect())
}

fn categories(values: &[Option<Literal>]) -> std::result::Result<ColumnData, String> {
    let mut levels = Levels::default();
    for value in values {
        match value {
            Some(Literal::Text(text)) => drop(levels.push(text).ok_or_else(too_many)?),
            _ => levels.push_missing(),
        }
    }
    Ok(levels.finish())
}
