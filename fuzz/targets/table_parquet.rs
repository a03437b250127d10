//! Any bytes as Parquet to train on: refused with an error, or a table whose columns are of one length.

#![no_main]

use libfuzzer_sys::fuzz_target;
use training::table::{ColumnData, MISSING, ReadOptions, read_bytes};

fuzz_target!(
    // The reader turns panics of the decoders into errors, so that they must not end the process as others do.
    init: std::panic::set_hook(Box::new(|_| {})),
    |input: &[u8]| {
        let Ok(table) = read_bytes(input.to_vec(), "t.parquet", &ReadOptions::default()) else { return };
        for column in &table.columns {
            match &column.data {
                ColumnData::Numeric(numbers) => assert_eq!(numbers.len(), table.rows),
                ColumnData::Categorical { codes, levels } => {
                    assert_eq!(codes.len(), table.rows);
                    assert!(codes.iter().all(|code| *code == MISSING || (*code as usize) < levels.len()));
                }
            }
        }
    }
);
