//! Any bytes as NDJSON to score: every line is scored or named in the errors file.

#![no_main]

use std::sync::LazyLock;

use batch::{Format, Input, Options, Output, score};
use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use scorecard::Evaluator;
use serde_json::{Map, Value};

static EVALUATOR: LazyLock<Evaluator> = LazyLock::new(plimsoll_fuzz::evaluator);

fuzz_target!(|input: &[u8]| {
    let (settings, bytes) = settings(input);
    let options = Options { threads: 1, points: settings & 1 == 1, prefix: "new_".into(), ..Options::default() };
    let format = if settings & 2 == 2 { Format::Csv } else { Format::Ndjson };
    let stream = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let source = Input::Text { stream, name: "in".into(), format: Format::Ndjson };
    let (mut stream, mut errors) = (Vec::new(), Vec::new());
    let output = Output { stream: &mut stream, name: "out", format, errors: &mut errors, errors_name: "errors" };
    let Ok(summary) = score(&EVALUATOR, source, output, &options, &mut |_| {}) else { return };
    assert_eq!(summary.errors > 0, summary.first_error.is_some());
    if format == Format::Ndjson {
        let lines = stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = |line| serde_json::from_slice::<Map<String, Value>>(line).expect("a line is an object");
        assert_eq!(lines.map(read).filter(|object| object.contains_key("new_score")).count() as u64, summary.scored);
    }
});
