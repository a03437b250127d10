//! Everything that must hold before a change lands.

use crate::{
    fuzz, lint,
    program::{Outcome, cargo, execute},
    setup,
};

/// Sets up, lints, checks licences and sources, fuzzes for some seconds a target, and runs every test.
pub(crate) fn run(fuzz_seconds: u64) -> Outcome {
    setup::run(false)?;
    lint::code()?;
    lint::dependencies()?;
    if fuzz_seconds > 0 {
        fuzz::run(fuzz_seconds, None)?;
    }
    execute(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}
