//! What is done with a field's value before any characteristic sees it; the same, in the same order, as the evaluator does.

use super::{
    Dialect,
    condition::{Test, first_true, within},
    scope::{Kind, Scope, Slot},
    steps::Column,
    syntax::Syntax,
};
use crate::{
    Result,
    model::{Field, FieldType, OnInvalid, OutlierTreatment},
};

/// A field as columns.
#[derive(Debug)]
pub(super) struct FieldColumns {
    /// The source's column as a value of the field's type.
    pub(super) input: Column,
    /// What stands for it; `None` where the input is used as it is.
    pub(super) treated: Option<Column>,
    /// Conditions on which the value is refused, in order, each with the reason.
    pub(super) refusals: Vec<(String, &'static str)>,
}

/// The source's column as a double, a text or a truth value.
pub(super) fn input(syntax: Syntax, column: &str, field_type: FieldType) -> String {
    let kind = Kind::of_type(field_type);
    let cast = syntax.cast(column, kind.sql_type(syntax));
    match (syntax.0, kind) {
        // Each value has a type of its own there. A CASE has no collation and no affinity that would change a comparison.
        (Dialect::Sqlite, Kind::Number) => {
            format!("CASE WHEN typeof({column}) = 'integer' THEN {cast} ELSE {column} END")
        }
        (Dialect::Sqlite, _) => format!("CASE WHEN {column} IS NOT NULL THEN {column} END"),
        (_, Kind::Boolean) => column.to_owned(),
        // A cast would write a date as the session's DateStyle says; JSON has it in ISO 8601, and a text as it is.
        (Dialect::PostgreSql, Kind::Text) if field_type == FieldType::Date => {
            syntax.by_bytes(format!("(to_jsonb({column}) #>> '{{}}')"))
        }
        (Dialect::PostgreSql, Kind::Text) => syntax.by_bytes(cast),
        // Without ANSI mode a text that is no number would pass for a missing value.
        (Dialect::Spark, Kind::Number) => {
            format!("COALESCE({cast}, CASE WHEN {column} IS NOT NULL THEN double('NaN') END)")
        }
        _ => cast,
    }
}

/// The columns of a field whose source column is `column`.
pub(super) fn columns(
    scope: &Scope,
    field: &Field,
    column: &str,
    names: (&str, &str), // of the input and of the treated value
    path: &str,
) -> Result<FieldColumns> {
    if matches!(field.field_type, FieldType::Time | FieldType::DateTime) {
        return Err(scope.refuse(
            path,
            format!(
                "fields of type {} cannot be checked in SQL as the service checks them; compute what the scorecard needs of it into a number or a text",
                field.field_type
            ),
        ));
    }
    let slot = Slot { column: names.0.to_owned(), kind: Kind::of_type(field.field_type) };
    let value = &slot.column;
    let codes = scope.is_one_of(&slot, &field.missing_values);
    let not_a_code = codes.as_ref().map(|codes| format!("NOT ({codes}) AND ")).unwrap_or_default();

    let of_type = wrong_type(scope, field, &slot).into_iter().map(|(test, why)| (test, why, true));
    let allowed = not_allowed(scope, field, &slot).into_iter().map(|(test, why)| (test, why, false));
    let tests: Vec<_> = of_type.chain(allowed).collect();
    let refuses = |wrong_type: bool| match field.on_invalid {
        OnInvalid::Reject => true,
        OnInvalid::Accept => wrong_type,
        OnInvalid::Missing | OnInvalid::Replace(_) => false,
    };
    let refusals = tests
        .iter()
        .filter(|(.., wrong_type)| refuses(*wrong_type))
        .map(|(test, why, _)| (format!("{not_a_code}{test}"), *why))
        .collect();

    let null = slot.kind.null(scope.syntax);
    let stand_in = field.missing_as.as_ref().map_or_else(|| null.clone(), |literal| scope.literal(literal));
    let mut choices = Vec::new();
    if codes.is_some() || field.missing_as.is_some() {
        let missing = codes.map_or_else(|| format!("{value} IS NULL"), |codes| format!("{value} IS NULL OR {codes}"));
        choices.push((Test::Sql(missing), stand_in.clone()));
    }
    for (test, _, wrong_type) in &tests {
        match &field.on_invalid {
            // A refused value is an error of its own, whatever stands here.
            OnInvalid::Reject => {}
            // As it is, outliers included, where it is of the right type.
            OnInvalid::Accept if *wrong_type || field.outliers.is_none() => {}
            OnInvalid::Accept => choices.push((Test::Sql(test.clone()), value.clone())),
            OnInvalid::Missing => choices.push((Test::Sql(test.clone()), stand_in.clone())),
            OnInvalid::Replace(with) => choices.push((Test::Sql(test.clone()), scope.literal(with))),
        }
    }
    if let Some(outliers) = &field.outliers {
        let ends = [("<", outliers.low), (">", outliers.high)];
        for (sign, end) in ends {
            let moved = match outliers.treatment {
                OutlierTreatment::AsIs => continue,
                OutlierTreatment::Missing => stand_in.clone(),
                OutlierTreatment::Clamp => scope.syntax.double(end),
            };
            choices.push((Test::Sql(format!("{value} {sign} {}", scope.syntax.compared(end))), moved));
        }
    }
    let treated = (!choices.is_empty()).then(|| {
        choices.push((Test::Always, value.clone()));
        Column::new(names.1, first_true(choices, &null, "    "))
    });
    Ok(FieldColumns { input: Column::new(value, input(scope.syntax, column, field.field_type)), treated, refusals })
}

/// Tests that are true of a value that is not of the field's type.
fn wrong_type(scope: &Scope, field: &Field, slot: &Slot) -> Vec<(String, &'static str)> {
    let (syntax, value) = (scope.syntax, &slot.column);
    let mut tests = Vec::new();
    if syntax.0 == Dialect::Sqlite {
        tests.push(match slot.kind {
            Kind::Number => (format!("typeof({value}) NOT IN ('real', 'null')"), "not a number"),
            Kind::Text => (format!("typeof({value}) NOT IN ('text', 'null')"), "not a text"),
            Kind::Boolean => (format!("{value} NOT IN (0, 1)"), "not a truth value"),
        });
    }
    match field.field_type {
        FieldType::Numeric => tests.push((format!("NOT ({})", syntax.is_finite(value)), "not a finite number")),
        FieldType::Integer => {
            tests.push((format!("NOT ({})", syntax.is_finite(value)), "not a finite number"));
            tests.push((format!("NOT ({})", syntax.is_whole(value)), "not a whole number"));
        }
        FieldType::Date => tests.push((format!("NOT ({})", syntax.is_date(value)), "not a date")),
        FieldType::Categorical | FieldType::Boolean | FieldType::Time | FieldType::DateTime => {}
    }
    tests
}

/// Tests that are true of a value of the right type that the field does not allow.
fn not_allowed(scope: &Scope, field: &Field, slot: &Slot) -> Vec<(String, &'static str)> {
    let mut tests = Vec::new();
    if let Some(invalid) = scope.is_one_of(slot, &field.invalid_values) {
        tests.push((invalid, "not allowed"));
    }
    if !(field.values.is_empty() && field.ranges.is_empty()) {
        let ranges = field.ranges.iter().map(|range| format!("({})", within(scope, &slot.column, range)));
        let allowed: Vec<String> = scope.is_one_of(slot, &field.values).into_iter().chain(ranges).collect();
        tests.push((format!("NOT ({})", super::scope::chain(&allowed, " OR ")), "not allowed"));
    }
    tests
}
