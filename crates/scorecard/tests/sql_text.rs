//! The text of the statement: what it looks like, and what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use scorecard::sql::{Dialect, SqlOptions, select};

fn options(dialect: Dialect) -> SqlOptions {
    SqlOptions {
        keys: scorecard::sql::Keys::Columns(vec!["id".into()]),
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
