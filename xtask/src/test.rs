//! Everything that must hold before a change lands.

use crate::{
    fuzz, lint,
    program::{Outcome, cargo, execute},
    setup,
};

/// Seed of the random cases: a failure repeats, on every machine. Name another to try others, and
/// `PROPTEST_CASES` to try more.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "1912");

/// Sets up, lints, checks licences and sources, runs every test, and fuzzes for some seconds a target.
pub(crate) fn run(fuzz_seconds: u64) -> Outcome {
    setup::run(false)?;
    lint::code()?;
    lint::dependencies()?;
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]);
    if std::env::var_os(SEED.0).is_none() {
        tests.env(SEED.0, SEED.1);
    }
    let tested = execute(&mut tests);
    // Whatever the tests found: one run tells all.
    let fuzzed = if fuzz_seconds > 0 { fuzz::run(fuzz_seconds, None) } else { Ok(()) };
    match (tested, fuzzed) {
        (Err(tests), Err(fuzz)) => Err(format!("{tests}\n{fuzz}")),
        (tested, fuzzed) => tested.and(fuzzed),
    }
}
