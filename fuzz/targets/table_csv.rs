//! Any bytes as CSV to train on: refused with an error, or a table whose columns are of one length.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use training::table::{ColumnData, MISSING, ReadOptions, read_csv};

fuzz_target!(|input: &[u8]| {
    let (settings, bytes) = settings(input);
    let mut options = ReadOptions::default();
    if settings & 1 == 1 {
        options.numeric.push("a".into());
    }
    if settings & 2 == 2 {
        options.categorical.push("b".into());
    }
    if settings & 4 == 4 {
        options.delimiter = Some(b';');
    }
    let table = match read_csv(bytes, "t.csv", &options) {
        Ok(table) => table,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(table.rows > 0);
    for column in &table.columns {
        assert!(!column.name.is_empty() && !column.inference.is_empty());
        match &column.data {
            ColumnData::Numeric(numbers) => {
                assert_eq!(numbers.len(), table.rows);
                assert!(numbers.iter().all(|number| !number.is_infinite()));
            }
            ColumnData::Categorical { codes, levels } => {
                assert_eq!(codes.len(), table.rows);
                assert!(codes.iter().all(|code| *code == MISSING || (*code as usize) < levels.len()));
                assert!(levels.is_sorted());
            }
        }
        if let Ok(target) = table.target(&column.name, &[]) {
            assert!(target.bad.contains(&true) && target.bad.contains(&false));
        }
        let _ = table.weights(&column.name);
        let _ = training::table::newest_split(&table, &column.name, 0.3);
    }
});
