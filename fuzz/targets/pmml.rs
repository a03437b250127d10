//! Any bytes as PMML: refused, or evaluated, written, and read back equal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::try_out;
use scorecard::{Evaluator, from_json, pmml, to_json};

fuzz_target!(|input: &[u8]| {
    let Ok(card) = pmml::read(input) else { return };
    let json = to_json(&card);
    assert_eq!(from_json(json.as_bytes()).expect("an imported card is written as JSON and read"), card);
    // What another document could say in ways that are written otherwise may be untranslatable, but says so.
    if let Ok(document) = pmml::write(&card) {
        let again = pmml::read(document.as_bytes()).expect("what was written is read");
        assert_eq!(again, card, "what was written reads back equal");
    }
    let evaluator = Evaluator::new(card).expect("what was read compiles");
    try_out(&evaluator);
});
