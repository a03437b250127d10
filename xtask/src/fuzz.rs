//! The fuzz targets, each run for a while on the stable compiler.

use crate::program::Outcome;

/// Runs each target for so many seconds.
pub(crate) fn run(seconds: u64) -> Outcome {
    Err(format!("no targets to run for {seconds} s"))
}
