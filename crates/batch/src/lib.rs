//! Files of applications in, scored files out.
//!
//! **For:** streaming CSV, NDJSON and Parquet through an evaluator on all cores in constant memory; bad rows go to a
//! side file with their line numbers.
//! **May use:** `scorecard`, threads, readers and writers.
//! **Must never know:** how a scorecard is fitted, the store, the service, the terminal.
//!
//! A reader cuts the input into chunks of whole records, workers score them, and one writer puts the outcome back in
//! the order of the input: the output is the same, byte for byte, whatever the number of threads.

mod applications;
mod binding;
mod cells;
mod chunk;
mod csv_record;
mod encode;
mod error;
mod faults;
mod input;
mod json_object;
mod options;
mod parquet_column;
mod parquet_rows;
mod parquet_sink;
mod pipeline;
mod product;
mod reader;
mod reading;
mod record;
mod scan;
mod score_texts;
mod scores;
mod tally;
mod worker;

pub use applications::{Application, applications};
pub use cells::CellReader;
pub use error::{Error, Result};
pub use input::Input;
pub use json_object::json_object;
pub use options::{Format, Keep, Options};
pub use pipeline::Summary;
pub use reader::sniff;
pub use scores::{Output, score};
pub use tally::{Errors, Tally, tally};
