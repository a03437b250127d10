//! `<DataDictionary>`: the fields, their types, and which values are valid, invalid or missing.

use std::collections::BTreeSet;

use super::{
    element::{Element, excerpt},
    literal::{self, data_type},
};
use crate::{
    Literal, Result,
    model::{Closure, Field, FieldType, Interval},
};

/// A field of the dictionary.
#[derive(Debug, Clone)]
pub(super) struct DataField {
    pub(super) field: Field,
    /// The values of an ordinal field, the lowest first.
    pub(super) order: Option<Vec<Literal>>,
    /// The data type as the document says it.
    pub(super) data_type: String,
}

pub(super) fn read(dictionary: &Element) -> Result<Vec<DataField>> {
    let mut names = BTreeSet::new();
    dictionary
        .all("DataField")
        .map(|element| {
            let field = data_field(element)?;
            if names.insert(field.field.name.clone()) {
                Ok(field)
            } else {
                Err(element.error(format!("the field `{}` is declared twice; keep one", excerpt(&field.field.name))))
            }
        })
        .collect()
}

fn data_field(element: &Element) -> Result<DataField> {
    let stated = element.required("dataType")?;
    let mut field_type = data_type(element, stated)?;
    // A count of days or seconds is given as the date that it counts up to.
    field_type = match literal::origin_year(stated) {
        Some((_, true)) => FieldType::DateTime,
        Some((_, false)) => FieldType::Date,
        None if stated == "timeSeconds" => FieldType::Time,
        None => field_type,
    };
    let mut field = Field::new(element.required("name")?, field_type);
    field.label = element.attribute("displayName").filter(|label| !label.is_empty()).map(str::to_owned);
    for range in element.all("Interval") {
        if !field_type.is_numeric() {
            return Err(
                range.error(format!("an interval of a {field_type} field is not read; list its values instead"))
            );
        }
        field.ranges.push(interval(range)?);
    }
    let mut valid = Vec::new();
    for value in element.all("Value") {
        let literal = literal::required(value, "the value", value.required("value")?, field_type)?;
        let list = match value.one_of("property", &[("valid", 0), ("invalid", 1), ("missing", 2)])? {
            None | Some(0) => &mut valid,
            Some(1) => &mut field.invalid_values,
            Some(_) => &mut field.missing_values,
        };
        if !list.contains(&literal) {
            list.push(literal);
        }
    }
    let ordinal = element.attribute("optype") == Some("ordinal");
    let order = (ordinal && field_type == FieldType::Categorical && !valid.is_empty()).then(|| valid.clone());
    field.values = valid;
    Ok(DataField { field, order, data_type: stated.trim().to_owned() })
}

/// An `<Interval>` with its margins.
pub(super) fn interval(element: &Element) -> Result<Interval> {
    let closed = element
        .one_of(
            "closure",
            &[
                ("openOpen", Closure::Neither),
                ("openClosed", Closure::Right),
                ("closedOpen", Closure::Left),
                ("closedClosed", Closure::Both),
            ],
        )?
        .ok_or_else(|| element.error("no attribute `closure`; the standard requires it"))?;
    Ok(Interval { from: margin(element, "leftMargin")?, to: margin(element, "rightMargin")?, closed })
}

/// A margin; producers also write the one that the standard leaves out as an infinity.
fn margin(element: &Element, name: &str) -> Result<Option<f64>> {
    let beyond = if name == "leftMargin" { f64::NEG_INFINITY } else { f64::INFINITY };
    // A number too large for a double reads as an infinity too: only the word is one.
    let infinite = |text: &str| text.trim().parse() == Ok(beyond) && !text.contains(|c: char| c.is_ascii_digit());
    match element.attribute(name) {
        Some(text) if infinite(text) => Ok(None),
        _ => element.number(name),
    }
}
