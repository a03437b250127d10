//! A typical application: of each field what most of the development sample had.

use scorecard::Literal;
use scorecard::model::{Attribute, Condition, Field, FieldType, Interval};
use serde_json::{Map, Value as Json};

use crate::scoring::Engine;

/// The application, where one can be made that the model takes.
pub(super) fn of(engine: &Engine) -> Option<Map<String, Json>> {
    let fields = engine.scorecard().fields.iter();
    let application: Map<String, Json> =
        fields.filter_map(|field| Some((field.name.clone(), typical(engine, field)?))).collect();
    let values = engine.reader.read(&application).ok()?;
    engine.evaluator.evaluate(&values).ok()?;
    Some(application)
}

fn typical(engine: &Engine, field: &Field) -> Option<Json> {
    let own = engine.scorecard().characteristics.iter().find(|characteristic| characteristic.field == field.name);
    let share = |attribute: &Attribute| attribute.statistics.as_ref().map_or(0.0, |seen| seen.share);
    let most = own.and_then(|characteristic| {
        let told = characteristic.attributes.iter().filter(|attribute| value(field, &attribute.when).is_some());
        told.max_by(|a, b| share(a).total_cmp(&share(b)))
    });
    most.and_then(|attribute| value(field, &attribute.when)).or_else(|| any(field))
}

/// A value in an attribute.
fn value(field: &Field, when: &Condition) -> Option<Json> {
    match when {
        Condition::Values(literals) => serde_json::to_value(literals.first()?).ok(),
        Condition::Interval(interval) => number(field, interval),
        _ => None,
    }
}

/// A value where no characteristic says what is usual.
fn any(field: &Field) -> Option<Json> {
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => {
            let first = field.ranges.first();
            first.map_or_else(|| Some(Json::from(0)), |range| number(field, range))
        }
        FieldType::Boolean => Some(Json::Bool(false)),
        FieldType::Categorical => serde_json::to_value(field.values.first()?).ok(),
        FieldType::Date => Some(Json::from("2000-01-01")),
        FieldType::Time => Some(Json::from("12:00")),
        FieldType::DateTime => Some(Json::from("2000-01-01T12:00")),
    }
}

/// A round number within an interval and, as far as can be, what the field allows.
fn number(field: &Field, interval: &Interval) -> Option<Json> {
    let range = field.ranges.first();
    let from = interval.from.or_else(|| range.and_then(|range| range.from));
    let to = interval.to.or_else(|| range.and_then(|range| range.to));
    let middle = match (from, to) {
        (Some(from), Some(to)) => f64::midpoint(from, to),
        (Some(from), None) => from + (from.abs() * 0.1).max(1.0),
        (None, Some(to)) => to - (to.abs() * 0.1).max(1.0),
        (None, None) => 0.0,
    };
    let rounded = [middle.round(), middle.ceil(), middle.floor(), middle].into_iter();
    let whole = field.field_type == FieldType::Integer;
    let fits = |x: &f64| interval.contains(*x) && (!whole || x.fract() == 0.0);
    serde_json::to_value(Literal::Number(rounded.clone().find(fits)?)).ok()
}
