//! Everything that must hold before a change lands.

use crate::{
    fuzz, lint,
    program::{Outcome, cargo, execute},
    setup,
};

/// Sets up, lints, fuzzes for some seconds a target, and runs every test.
pub(crate) fn run(fuzz_seconds: u64) -> Outcome {
    setup::run(false)?;
    lint::code()?;
    if fuzz_seconds > 0 {
        fuzz::run(fuzz_seconds)?;
    }
    execute(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}
