//! Any bytes as a CSV file to score: every row is scored or named in the errors file, alike on any number of threads.

#![no_main]

use std::sync::LazyLock;

use batch::{Format, Input, Keep, Options, Output, Summary, score};
use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use scorecard::Evaluator;

static EVALUATOR: LazyLock<Evaluator> = LazyLock::new(plimsoll_fuzz::evaluator);

fn scored(bytes: &[u8], format: Format, options: &Options) -> Option<(Summary, Vec<u8>, Vec<u8>)> {
    let input =
        Input::Text { stream: Box::new(std::io::Cursor::new(bytes.to_vec())), name: "in".into(), format: Format::Csv };
    let (mut stream, mut errors) = (Vec::new(), Vec::new());
    let output = Output { stream: &mut stream, name: "out", format, errors: &mut errors, errors_name: "errors" };
    let summary = score(&EVALUATOR, input, output, options, &mut |_| {}).ok()?;
    Some((summary, stream, errors))
}

fuzz_target!(|input: &[u8]| {
    let (settings, bytes) = settings(input);
    let mut options = Options { threads: 1, points: settings & 1 == 1, prefix: "new_".into(), ..Options::default() };
    if settings & 2 == 2 {
        options.keep = Keep::Named(vec!["age".into()]);
    }
    if settings & 4 == 4 {
        options.delimiter = Some(b';');
    }
    let format = [Format::Csv, Format::Ndjson, Format::Parquet, Format::Csv][usize::from(settings >> 3 & 3)];
    let Some((summary, stream, errors)) = scored(bytes, format, &options) else { return };
    assert_eq!(summary.errors > 0, summary.first_error.is_some());
    if format == Format::Csv && options.keep != Keep::All {
        let records = |text: &[u8]| csv_records(text);
        assert_eq!(records(&stream) as u64, summary.scored + 1, "a row each, and the header");
        assert_eq!(records(&errors) as u64, summary.errors + u64::from(!errors.is_empty()));
    }
    if format == Format::Ndjson {
        let lines = stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let objects =
            lines.map(|line| serde_json::from_slice::<serde_json::Map<_, _>>(line).expect("a line is an object"));
        assert_eq!(
            objects.map(|object: serde_json::Map<String, serde_json::Value>| object.len()).count() as u64,
            summary.scored
        );
    }
});

/// Records of what was written: line ends outside quotes.
fn csv_records(text: &[u8]) -> usize {
    let mut quoted = false;
    text.iter()
        .filter(|byte| {
            quoted ^= **byte == b'"';
            **byte == b'\n' && !quoted
        })
        .count()
}
