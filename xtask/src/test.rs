//! Everything that must hold before a change lands.

use std::{process::Command, thread};

use crate::{
    fuzz, image, infra, lint,
    program::{Outcome, cargo, execute},
    setup,
};

/// Seed of the random cases: a failure repeats, on every machine. Name another to try others, and
/// `PROPTEST_CASES` to try more.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "1912");

/// Sets up, lints, checks licences and sources, tries the infrastructure, runs every test, builds an image and tries it, and
/// fuzzes for some seconds a target.
pub(crate) fn run(fuzz_seconds: u64) -> Outcome {
    setup::run(false)?;
    // The infrastructure waits for emulators most of its time, so it goes beside the compiler; never beside the tests,
    // which have patience of their own.
    let (tried, built) = thread::scope(|scope| {
        let tried = scope.spawn(|| infra::run(None, None));
        let linted = lint::code().and_then(|()| lint::documents::run()).and_then(|()| lint::dependencies());
        let built = linted.and_then(|()| execute(tests().arg("--no-run")));
        (tried.join().unwrap_or_else(|_| Err("trying the infrastructure panicked".into())), built)
    });
    built.map_err(|problem| {
        format!("{problem}{}", tried.as_ref().err().map(|tried| format!("\n{tried}")).unwrap_or_default())
    })?;
    let tested = execute(tests().arg("--no-fail-fast"));
    // Whatever the tests found: one run tells all.
    let contained = image::tried();
    let fuzzed = if fuzz_seconds > 0 { fuzz::run(fuzz_seconds, None) } else { Ok(()) };
    let problems: Vec<String> = [tried, tested, contained, fuzzed].into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn tests() -> Command {
    let mut tests = cargo();
    tests.args(["test", "--workspace"]).args(lint::FEATURES);
    if std::env::var_os(SEED.0).is_none() {
        tests.env(SEED.0, SEED.1);
    }
    tests
}
