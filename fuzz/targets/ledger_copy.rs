//! Any bytes as a copy of a ledger, and a sound copy with bytes changed, lines dropped, doubled and moved: nothing but the
//! copy as it was written is sound.

#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::settings;
use store::ledger::copy::{MAX_ISSUES, VerifyOptions, verify};

const COPY: &[u8] = include_bytes!("../src/ledger_copy.ndjson");
const KEY: &str = include_str!("../src/ledger_key.txt");

fuzz_target!(|input: &[u8]| {
    let (settings, bytes) = settings(input);
    let public_keys = (settings & 2 == 0).then(|| KEY.parse().expect("a key")).into_iter().collect();
    let copy = if settings & 1 == 0 { bytes.to_vec() } else { edited(bytes) };
    let report = verify(copy.as_slice(), &VerifyOptions { public_keys, known: Vec::new() }).expect("bytes in memory");
    assert_eq!(report.is_sound(), copy == COPY, "{:?}", report.issues);
    assert!(report.issues.len() <= MAX_ISSUES);
    assert!(report.issues.is_sorted_by_key(|issue| issue.line));
    for issue in &report.issues {
        assert!(issue.line <= report.lines.max(1) && issue.offset <= report.bytes, "{issue}");
    }
});

/// The sound copy after edits of four bytes each: what, where (two bytes), and with what.
fn edited(edits: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = COPY.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    for edit in edits.as_chunks::<4>().0.iter().take(32) {
        let [what, high, low, with] = edit.map(usize::from);
        let place = (high << 8 | low) % lines.len();
        match what % 5 {
            0 => {
                let mut whole = lines.concat();
                let byte = (high << 8 | low) % whole.len();
                whole[byte] ^= 1 << (with % 8);
                lines = whole.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            }
            1 if lines.len() > 1 => drop(lines.remove(place)),
            2 => lines.insert(with % lines.len(), lines[place].clone()),
            3 => {
                let other = with % 16 % lines.len();
                lines.swap(place, other);
            }
            _ => {
                let byte = with % lines[place].len();
                lines[place].truncate(byte.max(1));
            }
        }
    }
    lines.concat()
}
