//! `<MiningSchema>`: which fields the model uses, and what it does with missing, invalid and outlying values.

use super::{
    data_dictionary::DataField,
    element::Element,
    literal::{self, parse},
};
use crate::{
    Result,
    model::{Field, OnInvalid, OutlierTreatment, Outliers},
};

/// A field of the mining schema.
#[derive(Debug)]
pub(super) struct MiningField {
    pub(super) field: Field,
    /// Whether the model takes it as an input.
    pub(super) active: bool,
    /// Whether it is what the model predicts.
    pub(super) target: bool,
}

/// The mining fields in document order. A name that is no data field but `is_derived` is no input, and left out.
pub(super) fn read(
    schema: &Element,
    dictionary: &[DataField],
    is_derived: impl Fn(&str) -> bool,
) -> Result<Vec<MiningField>> {
    let mut fields: Vec<MiningField> = Vec::new();
    for element in schema.all("MiningField") {
        let name = element.required("name")?;
        if fields.iter().any(|known| known.field.name == name) {
            return Err(element.error(format!("`{name}` stands twice in the mining schema; keep one")));
        }
        match dictionary.iter().find(|data| data.field.name == name) {
            Some(data) => fields.push(mining_field(element, data)?),
            None if is_derived(name) => {}
            None => {
                return Err(element.error(format!("`{name}` is no field of the <DataDictionary>; declare it there")));
            }
        }
    }
    Ok(fields)
}

fn mining_field(element: &Element, data: &DataField) -> Result<MiningField> {
    let usage = element
        .one_of(
            "usageType",
            &[
                ("active", Usage::Active),
                ("target", Usage::Target),
                ("predicted", Usage::Target),
                ("supplementary", Usage::Other),
                ("group", Usage::Other),
                ("order", Usage::Other),
                ("frequencyWeight", Usage::Other),
                ("analysisWeight", Usage::Other),
            ],
        )?
        .unwrap_or(Usage::Active);
    let mut field = data.field.clone();
    missing(element, &mut field)?;
    invalid(element, &mut field)?;
    outliers(element, &mut field)?;
    Ok(MiningField { field, active: usage == Usage::Active, target: usage == Usage::Target })
}

#[derive(Clone, Copy, PartialEq)]
enum Usage {
    Active,
    Target,
    Other,
}

fn missing(element: &Element, field: &mut Field) -> Result<()> {
    let refused = element.one_of(
        "missingValueTreatment",
        &[
            ("asIs", false),
            ("asMean", false),
            ("asMode", false),
            ("asMedian", false),
            ("asValue", false),
            ("returnInvalid", true),
        ],
    )?;
    field.required = refused == Some(true);
    // Where a missing value is invalid, nothing stands in for it.
    if !field.required
        && let Some(text) = element.attribute("missingValueReplacement")
    {
        field.missing_as = Some(literal::required(element, "missingValueReplacement", text, field.field_type)?);
    }
    Ok(())
}

fn invalid(element: &Element, field: &mut Field) -> Result<()> {
    let treatment = element.one_of(
        "invalidValueTreatment",
        &[
            ("returnInvalid", Treatment::Reject),
            ("asIs", Treatment::AsIs),
            ("asMissing", Treatment::Missing),
            ("asValue", Treatment::Value),
        ],
    )?;
    field.on_invalid = match treatment.unwrap_or(Treatment::Reject) {
        Treatment::Reject => OnInvalid::Reject,
        Treatment::AsIs => OnInvalid::Accept,
        Treatment::Missing => OnInvalid::Missing,
        Treatment::Value => {
            let text = element
                .attribute("invalidValueReplacement")
                .ok_or_else(|| element.error("invalidValueTreatment=\"asValue\" needs an `invalidValueReplacement`"))?;
            OnInvalid::Replace(literal::required(element, "invalidValueReplacement", text, field.field_type)?)
        }
    };
    Ok(())
}

#[derive(Clone, Copy)]
enum Treatment {
    Reject,
    AsIs,
    Missing,
    Value,
}

fn outliers(element: &Element, field: &mut Field) -> Result<()> {
    let treatment = element.one_of(
        "outliers",
        &[
            ("asIs", OutlierTreatment::AsIs),
            ("asMissingValues", OutlierTreatment::Missing),
            ("asExtremeValues", OutlierTreatment::Clamp),
        ],
    )?;
    let Some(treatment) = treatment.filter(|treatment| *treatment != OutlierTreatment::AsIs) else { return Ok(()) };
    if !field.field_type.is_numeric() {
        return Err(
            element.error(format!("outliers of a {} field cannot be treated; remove `outliers`", field.field_type))
        );
    }
    let bound = |name: &str| -> Result<f64> {
        element.number(name)?.ok_or_else(|| {
            element.error(format!("the treatment of outliers needs `lowValue` and `highValue`; `{name}` is lacking"))
        })
    };
    field.outliers = Some(Outliers { low: bound("lowValue")?, high: bound("highValue")?, treatment });
    Ok(())
}

/// The value of a verification record or predicate for a field of this type; `None` where the text is not of it.
pub(super) fn value_of(field: &Field, text: &str) -> Option<crate::Literal> {
    parse(text, field.field_type)
}
