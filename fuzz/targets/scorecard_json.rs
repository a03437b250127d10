//! Any bytes as a scorecard: refused, or evaluated, written, and read back equal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::try_out;
use scorecard::{Evaluator, from_json, input_schema, to_json};

fuzz_target!(|input: &[u8]| {
    let Ok(card) = from_json(input) else { return };
    let written = to_json(&card);
    let again = from_json(written.as_bytes()).expect("what was written is read");
    assert_eq!(again, card, "what was written reads back equal");
    assert_eq!(to_json(&again), written, "and is written alike");
    assert_eq!(again.content_hash(), card.content_hash());
    let _ = input_schema(&card);
    let Ok(evaluator) = Evaluator::new(card) else { return };
    try_out(&evaluator);
});
