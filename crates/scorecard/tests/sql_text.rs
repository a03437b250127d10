//! The text of the statement: what it looks like, and what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use scorecard::{
    Error, Points, Scorecard,
    model::*,
    sql::{Dialect, Keys, SqlOptions, select},
};

fn options(dialect: Dialect) -> SqlOptions {
    SqlOptions {
        keys: Keys::Columns(vec!["id".into()]),
        source: "risk.applications".parse().unwrap(),
        ..SqlOptions::new(dialect)
    }
}

#[test]
fn a_small_card_in_each_dialect() {
    for dialect in Dialect::ALL {
        insta::assert_snapshot!(dialect.name(), select(&cards::small(), &options(dialect)).unwrap());
    }
}

/// A derived field that applies a function to the small card's age.
fn with_function(function: &str, extra: Vec<Expression>) -> Scorecard {
    let mut card = cards::small();
    let mut arguments = vec![Expression::Field { name: "age".into(), map_missing_to: None }];
    arguments.extend(extra);
    card.derived.push(DerivedField {
        name: "made".into(),
        field_type: FieldType::Numeric,
        expression: Expression::Apply {
            function: function.into(),
            arguments,
            map_missing_to: None,
            default: None,
            on_invalid: InvalidTreatment::Reject,
        },
    });
    card
}

fn refusal(card: &Scorecard, options: &SqlOptions) -> String {
    let error = select(card, options).unwrap_err();
    assert!(matches!(error, Error::Untranslatable { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn what_sql_cannot_say_exactly_is_refused_by_name() {
    for dialect in Dialect::ALL {
        for function in ["ln", "exp", "sin", "erf", "stdNormalCDF"] {
            let said = refusal(&with_function(function, Vec::new()), &options(dialect));
            assert!(said.contains(&format!("`{function}`")) && said.contains("derived[made]"), "{said}");
            assert!(said.contains(dialect.title()), "{said}");
        }
    }
    let inexact = SqlOptions { inexact_functions: true, ..options(Dialect::DuckDb) };
    assert!(select(&with_function("ln", Vec::new()), &inexact).unwrap().contains("not bit for bit"));
    assert!(refusal(&with_function("sin", Vec::new()), &inexact).contains("`sin`"));
    let text = vec![Expression::Constant(Some("a".into()))];
    assert!(refusal(&with_function("+", text), &options(Dialect::Trino)).contains("a text where a number"));
}

#[test]
fn times_zero_characters_and_too_many_decimals_are_refused() {
    let mut card = cards::small();
    card.fields.push(Field::new("opened", FieldType::DateTime));
    assert!(refusal(&card, &options(Dialect::Spark)).contains("fields[opened]"));

    let mut card = cards::small();
    card.name = "a\0b".into();
    assert!(refusal(&card, &options(Dialect::Spark)).contains("U+0000"));

    let mut card = cards::small();
    card.initial_score = 0.into();
    for characteristic in &mut card.characteristics {
        characteristic.baselines.maximum = Some(0.into());
        for attribute in &mut characteristic.attributes {
            attribute.points = "0.0000000000000000001".parse::<Points>().unwrap();
        }
    }
    assert!(refusal(&card, &options(Dialect::Trino)).contains("19 decimals"));
}

#[test]
fn columns_that_cannot_be_told_apart_are_refused() {
    let mut card = cards::small();
    card.fields.push(Field::new("AGE", FieldType::Numeric));
    assert!(refusal(&card, &options(Dialect::Sqlite)).contains("fields[AGE]"));
    assert!(select(&card, &options(Dialect::PostgreSql)).is_ok());
    let long = "x".repeat(70);
    card.fields.push(Field::new(format!("{long}1"), FieldType::Numeric));
    card.fields.push(Field::new(format!("{long}2"), FieldType::Numeric));
    assert!(refusal(&card, &options(Dialect::PostgreSql)).contains("another field has the column"));
}

#[test]
fn columns_are_named_as_asked() {
    let mut asked = options(Dialect::PostgreSql);
    asked.columns.insert("age".into(), "Alter \"in\" Jahren".into());
    asked.prefix = "risk_".into();
    asked.points = false;
    asked.reasons = false;
    asked.source = "\"a.b\".\"say \"\"hi\"\"\"".parse().unwrap();
    let statement = select(&cards::small(), &asked).unwrap();
    for part in ["\"Alter \"\"in\"\" Jahren\"", "\"risk_score\"", "\"a.b\".\"say \"\"hi\"\"\""] {
        assert!(statement.contains(part), "{part}\n{statement}");
    }
    assert!(!statement.contains("risk_points") && !statement.contains("risk_reason"), "{statement}");

    asked.columns.insert("no such field".into(), "x".into());
    assert!(refusal(&cards::small(), &asked).contains("no such field"));
    let keys = |key: &str| SqlOptions { keys: Keys::Columns(vec![key.into()]), ..options(Dialect::DuckDb) };
    assert!(refusal(&cards::small(), &keys("score")).contains("prefix"));
    assert!(refusal(&cards::small(), &keys("")).contains("empty"));
}

#[test]
fn whole_rows_are_carried_where_a_row_is_a_value() {
    for dialect in Dialect::ALL {
        let asked = SqlOptions { keys: Keys::All, ..options(dialect) };
        match dialect {
            Dialect::Sqlite | Dialect::Trino | Dialect::Snowflake => {
                assert!(refusal(&cards::small(), &asked).contains("name the columns"));
            }
            _ => assert!(select(&cards::small(), &asked).unwrap().contains("source_row")),
        }
    }
}

/// The small card with an output field that applies a function to the score.
fn with_output(name: &str, function: &str) -> Scorecard {
    let mut card = cards::small();
    let output = |name: &str, value: OutputSource| OutputField {
        name: name.into(),
        label: None,
        field_type: None,
        internal: false,
        value,
    };
    let arguments = vec![Expression::Field { name: "Score".into(), map_missing_to: None }];
    let applied = Expression::Apply {
        function: function.into(),
        arguments,
        map_missing_to: None,
        default: None,
        on_invalid: InvalidTreatment::Reject,
    };
    card.output_fields = vec![
        output("Score", OutputSource::Score),
        output("first reason", OutputSource::Reason(1)),
        output("ninth reason", OutputSource::Reason(9)),
        output(name, OutputSource::Expression(applied)),
    ];
    card
}

#[test]
fn output_fields_are_columns_under_their_names() {
    let statement = select(&with_output("half", "sqrt"), &options(Dialect::DuckDb)).unwrap();
    let given = statement.rsplit("\nSELECT").next().unwrap();
    // In the place of our own `score`, then after the error.
    let places = ["AS \"Score\"", "AS \"error\"", "AS \"first reason\"", "AS \"ninth reason\"", "AS \"half\""];
    let places: Vec<usize> = places.iter().map(|part| given.find(part).unwrap_or_else(|| panic!("{given}"))).collect();
    assert!(places.is_sorted() && !given.contains("AS \"score\""), "{given}");
    assert!(statement.contains("'output half: no value'"), "{statement}");

    let prefixed = SqlOptions { prefix: "risk_".into(), ..options(Dialect::DuckDb) };
    let statement = select(&with_output("half", "sqrt"), &prefixed).unwrap();
    assert!(statement.contains("AS \"risk_half\"") && statement.contains("AS \"risk_Score\""), "{statement}");

    let mut card = with_output("half", "sqrt");
    card.output_fields[3].internal = true;
    let statement = select(&card, &options(Dialect::DuckDb)).unwrap();
    assert!(!statement.contains("AS \"half\"") && statement.contains("'output half: no value'"), "{statement}");

    // Reasons for an output field, though not as columns of their own.
    let without = SqlOptions { reasons: false, ..options(Dialect::DuckDb) };
    let statement = select(&card, &without).unwrap();
    assert!(!statement.contains("AS \"reason_1\"") && statement.contains("AS \"first reason\""), "{statement}");
}

#[test]
fn output_fields_that_cannot_be_given_are_refused_by_name_or_left_out() {
    let duckdb = options(Dialect::DuckDb);
    for (card, expected) in [
        (with_output("late", "sin"), "output_fields[late]"),
        (with_output("id", "abs"), "\"id\" is a column that the statement adds"),
        (with_output("Error", "abs"), "output_fields[Error]"),
    ] {
        let said = refusal(&card, &duckdb);
        assert!(said.contains(expected), "{said}");
        let without = SqlOptions { outputs: false, ..duckdb.clone() };
        let statement = select(&card, &without).unwrap();
        assert!(!statement.contains("first reason") && statement.contains("AS \"score\""), "{statement}");
    }
    assert!(refusal(&with_output("late", "ln"), &duckdb).ends_with("leave output fields out (`--no-outputs`)"));
}
