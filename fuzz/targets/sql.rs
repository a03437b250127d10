//! Any scorecard as SQL: each dialect says it, or says what it cannot say.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scorecard::{
    Error, from_json,
    sql::{Dialect, SqlOptions, select},
};

fuzz_target!(|input: &[u8]| {
    let Ok(card) = from_json(input) else { return };
    for dialect in Dialect::ALL {
        let mut options = SqlOptions::new(dialect);
        options.inexact_functions = true;
        match select(&card, &options) {
            Ok(statement) => {
                assert_eq!(
                    select(&card, &options).expect("as before"),
                    statement,
                    "a statement is a function of the card"
                );
            }
            Err(error) => {
                assert!(matches!(error, Error::Untranslatable { .. } | Error::Model { .. }), "{error}");
            }
        }
    }
});
