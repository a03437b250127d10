//! Copies of a ledger: whatever happens to one is found, and where it happened is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, ops::Range, thread};

use ledger::{Content, Ledger, ORIGIN, at, copy_of};
use proptest::prelude::*;
use store::ledger::{
    Hash, PublicKey,
    copy::{ExportWriter, Header, Issue, IssueKind, Report, VerifyOptions, verify},
};

mod ledger;

fn report(bytes: &[u8], key: &PublicKey) -> Report {
    verify(bytes, &VerifyOptions { public_keys: vec![key.clone()], known: Vec::new() }).unwrap()
}

/// Where each line is, its line feed included.
fn ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end;
            range
        })
        .collect()
}

/// Texts with letters that one bit makes a line feed, and with what looks like a frame.
fn more(n: usize) -> String {
    match n % 4 {
        0 => format!(r#","score":{},"name":"J*Jz""#, 600 + n),
        1 => format!(r#","n":[{{"x":{n}}},{{"hash":"x"}}]"#),
        2 => String::new(),
        _ => format!(r#","text":"\u0000\\é{n}""#),
    }
}

/// One altered byte is one finding, at its line, of the entry it is of.
fn check_flip(
    bytes: &[u8],
    flipped: &[u8],
    byte: usize,
    contents: &[Content],
    key: &PublicKey,
) -> Result<Issue, String> {
    let lines = ranges(bytes);
    let place = lines.iter().position(|range| range.contains(&byte)).unwrap();
    let within = byte - lines[place].start;
    let report = report(flipped, key);
    let [issue] = report.issues.as_slice() else { return Err(format!("{:#?}", report.issues)) };
    let fail = |what: &str| Err(format!("{what}: {issue:?}"));
    if issue.line != place as u64 + 1 || issue.offset != lines[place].start as u64 {
        return fail("another line");
    }
    if issue.byte.is_some_and(|found| found != byte as u64) {
        return fail("another byte");
    }
    let feed = byte + 1 == lines[place].end;
    let length = lines[place].len();
    let expected: &[IssueKind] = match contents[place] {
        Content::Trailer => &[IssueKind::TrailerAltered],
        _ if feed => &[IssueKind::FramingBroken],
        Content::Header => &[IssueKind::HeaderAltered],
        Content::Checkpoint(_) if (9..73).contains(&within) || (88..length - 2).contains(&within) => {
            &[IssueKind::CheckpointAltered]
        }
        Content::Entry(..) if (9..73).contains(&within) => &[IssueKind::HashAltered],
        // Where a body becomes two lines, its frame is broken.
        Content::Entry(..) if (83..length - 2).contains(&within) && flipped[byte] == b'\n' => {
            &[IssueKind::FramingBroken]
        }
        Content::Entry(..) if (83..length - 2).contains(&within) => &[IssueKind::BodyAltered],
        _ => &[IssueKind::FramingBroken],
    };
    if !expected.contains(&issue.kind) {
        return fail("another kind");
    }
    match contents[place] {
        Content::Entry(chain, sequence) if (issue.chain, issue.sequence) != (Some(chain), Some(sequence)) => {
            fail("another entry")
        }
        Content::Checkpoint(number) if !feed && issue.checkpoint != Some(number) => fail("another checkpoint"),
        Content::Entry(..) if issue.byte.is_none() && flipped[byte] != b'\n' && !feed => fail("no byte"),
        _ => Ok(issue.clone()),
    }
}

#[test]
fn a_copy_as_written_is_sound() {
    let (bytes, contents, key) = copy_of(40, &[3, 0, 9], 11, more);
    let report = report(&bytes, &key);
    assert_eq!(report.issues, []);
    assert_eq!((report.entries, report.checkpoints, report.signatures, report.unverified), (40, 3, 3, 0));
    assert_eq!(report.signed_entries, 33);
    assert_eq!((report.lines, report.bytes), (contents.len() as u64, bytes.len() as u64));
    assert_eq!(report.origin.as_deref(), Some(ORIGIN));
    assert_eq!(report.heads.iter().map(|head| head.chain).collect::<Vec<_>>(), [0, 3, 9]);
}

#[test]
fn every_single_bit_of_a_copy_is_found_where_it_is() {
    let (bytes, contents, key) = copy_of(11, &[4, 0], 5, more);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = |first: usize| {
        let (mut flipped, mut failures) = (bytes.clone(), Vec::new());
        for byte in (first..bytes.len()).step_by(threads) {
            for bit in 0..8 {
                flipped[byte] ^= 1 << bit;
                if let Err(failure) = check_flip(&bytes, &flipped, byte, &contents, &key) {
                    failures.push(format!("byte {byte}, bit {bit}: {failure}"));
                }
                flipped[byte] ^= 1 << bit;
            }
        }
        failures
    };
    let work = &work;
    let failures: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    assert!(
        failures.is_empty(),
        "{} of {} bits: {}",
        failures.len(),
        bytes.len() * 8,
        failures[..failures.len().min(12)].join("\n")
    );
}

#[test]
fn bits_of_a_larger_copy_are_found_where_they_are() {
    let (bytes, contents, key) = copy_of(1200, &[5, 1, 2, 70_000], 250, more);
    proptest!(ProptestConfig::with_cases(200), |(byte in 0..bytes.len(), bit in 0_u8..8)| {
        let mut flipped = bytes.clone();
        flipped[byte] ^= 1_u8 << bit;
        if let Err(failure) = check_flip(&bytes, &flipped, byte, &contents, &key) {
            prop_assert!(false, "byte {}, bit {}: {}", byte, bit, failure);
        }
    });
}

/// The lines of a copy as a list, to be rearranged.
fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

#[test]
fn several_damaged_entries_are_all_named() {
    let (bytes, contents, key) = copy_of(60, &[0, 1, 2], 100, more);
    let places = [3, 4, 17, 31, 60];
    let mut damaged = lines(&bytes);
    for place in places {
        let last = damaged[place].len() - 4;
        damaged[place][last] ^= 1;
    }
    let report = report(&damaged.concat(), &key);
    let found: Vec<_> =
        report.issues.iter().map(|issue| (issue.kind, issue.line, issue.chain, issue.sequence)).collect();
    let expected = places.map(|place| {
        let Content::Entry(chain, sequence) = contents[place] else { panic!("{place}") };
        (IssueKind::BodyAltered, place as u64 + 1, Some(chain), Some(sequence))
    });
    assert_eq!(found, expected);
}

#[test]
fn long_bodies_are_named_without_the_byte() {
    let long = |n: usize| format!(",\"text\":\"{}\"", "x".repeat(if n == 3 { 9000 } else { 3 }));
    let (bytes, _, key) = copy_of(8, &[0], 100, long);
    let mut damaged = lines(&bytes);
    damaged[4][5000] ^= 1;
    let report = report(&damaged.concat(), &key);
    let found: Vec<_> =
        report.issues.iter().map(|issue| (issue.kind, issue.line, issue.sequence, issue.byte)).collect();
    assert_eq!(found, [(IssueKind::BodyAltered, 5, Some(3), None)]);
    assert_eq!(report.entries, 7);
}

#[test]
fn entries_damaged_one_after_the_other_in_a_chain_are_named() {
    let (bytes, _, key) = copy_of(20, &[0], 100, more);
    let mut damaged = lines(&bytes);
    for place in [8, 9, 10, 20] {
        let last = damaged[place].len() - 4;
        damaged[place][last] ^= 1;
    }
    let report = report(&damaged.concat(), &key);
    let found: Vec<_> = report.issues.iter().map(|issue| (issue.kind, issue.line, issue.sequence)).collect();
    assert_eq!(found, [8, 9, 10, 20].map(|n| (IssueKind::BodyAltered, n + 1, Some(n - 1))));
}

#[test]
fn every_deleted_line_is_missed() {
    let (bytes, contents, key) = copy_of(40, &[0, 6, 2], 9, more);
    for (place, content) in contents.iter().enumerate() {
        let mut left = lines(&bytes);
        left.remove(place);
        let report = report(&left.concat(), &key);
        let [issue] = report.issues.as_slice() else { panic!("line {}: {:#?}", place + 1, report.issues) };
        match *content {
            Content::Header => assert_eq!((issue.kind, issue.line), (IssueKind::HeaderAltered, 1)),
            Content::Trailer => assert_eq!(issue.kind, IssueKind::Truncated),
            Content::Checkpoint(number) => {
                assert_eq!((issue.kind, issue.checkpoint), (IssueKind::Missing, Some(number)));
            }
            Content::Entry(chain, sequence) => {
                assert_eq!(
                    (issue.kind, issue.chain, issue.sequence, issue.count),
                    (IssueKind::Missing, Some(chain), Some(sequence), 1)
                );
                // It is missing before the next line that needs it.
                let next = contents.iter().enumerate().skip(place + 1).find(|(_, content)| match content {
                    Content::Entry(of, _) => *of == chain,
                    _ => true,
                });
                assert_eq!(issue.line, next.unwrap().0 as u64, "{:?}", report.issues);
            }
        }
    }
}

#[test]
fn every_doubled_line_is_told() {
    let (bytes, contents, key) = copy_of(24, &[0, 6, 2], 9, more);
    for (place, content) in contents.iter().enumerate().skip(1) {
        for gap in [1, 4] {
            let mut more = lines(&bytes);
            let to = (place + gap).min(contents.len());
            more.insert(to, more[place].clone());
            let report = report(&more.concat(), &key);
            let [issue] = report.issues.as_slice() else { panic!("line {}: {:#?}", place + 1, report.issues) };
            assert_eq!(issue.line, to as u64 + 1, "{issue:?}");
            match *content {
                Content::Trailer => assert_eq!(issue.kind, IssueKind::AfterTrailer),
                _ if to == contents.len() => assert_eq!(issue.kind, IssueKind::AfterTrailer),
                Content::Checkpoint(number) => {
                    assert_eq!((issue.kind, issue.checkpoint), (IssueKind::Duplicated, Some(number)))
                }
                Content::Entry(chain, sequence) => {
                    assert_eq!(
                        (issue.kind, issue.chain, issue.sequence),
                        (IssueKind::Duplicated, Some(chain), Some(sequence))
                    );
                }
                Content::Header => unreachable!(),
            }
        }
    }
}

#[test]
fn swapped_lines_are_told() {
    let (bytes, contents, key) = copy_of(24, &[0, 6, 2], 9, more);
    for a in 0..contents.len() {
        for b in a + 1..contents.len() {
            let mut swapped = lines(&bytes);
            swapped.swap(a, b);
            let report = report(&swapped.concat(), &key);
            assert!(!report.is_sound(), "{a} and {b}");
            let (Content::Entry(chain, first), Content::Entry(other, second)) = (contents[a], contents[b]) else {
                continue;
            };
            let between = contents[a..b].iter().any(|content| matches!(content, Content::Checkpoint(_)));
            if chain == other && second == first + 1 && !between {
                let [issue] = report.issues.as_slice() else { panic!("{a} and {b}: {:#?}", report.issues) };
                assert_eq!((issue.kind, issue.chain), (IssueKind::Reordered, Some(chain)));
                let moved = [(a as u64 + 1, Some(second)), (b as u64 + 1, Some(first))];
                assert!(moved.contains(&(issue.line, issue.sequence)), "{issue:?}");
                assert_eq!((report.entries + report.unverified, report.checkpoints), (24, 2));
            }
        }
    }
}

#[test]
fn every_truncation_is_told() {
    let (bytes, _, key) = copy_of(12, &[0, 1], 5, more);
    for length in 0..bytes.len() {
        let report = report(&bytes[..length], &key);
        let truncated = |issue: &Issue| issue.kind == IssueKind::Truncated;
        assert!(report.issues.iter().any(truncated), "{length}: {:?}", report.issues);
        assert_eq!(report.issues.len(), 1, "{length}: {:#?}", report.issues);
    }
}

#[test]
fn what_follows_the_trailer_is_told() {
    let (bytes, _, key) = copy_of(5, &[0], 5, more);
    for more in [b"\n".as_slice(), b"x", b"{\"hash\":\""] {
        let report = report(&[bytes.as_slice(), more].concat(), &key);
        assert_eq!(report.issues.iter().map(|issue| issue.kind).collect::<Vec<_>>(), [IssueKind::AfterTrailer]);
    }
}

#[test]
fn a_ledger_rewritten_in_whole_is_only_found_by_what_was_kept_elsewhere() {
    let write = |text: &str| {
        let mut ledger = Ledger::new();
        let mut writer = ExportWriter::new(Vec::new(), &Header::new(ORIGIN, &at(0)).unwrap()).unwrap();
        for n in 0..5 {
            let said = if n == 2 { text } else { "" };
            writer.entry(&ledger.append(0, &format!(r#","n":{n},"text":"{said}""#))).unwrap();
        }
        let checkpoint = ledger.checkpoint();
        writer.checkpoint(&checkpoint).unwrap();
        (writer.finish().unwrap().0, checkpoint, ledger.key())
    };
    let (first, kept, key) = write("as it was");
    let (second, ..) = write("as it never was");
    assert!(report(&second, &key).is_sound(), "whoever holds the key can write another history");
    let options = VerifyOptions { public_keys: vec![key], known: vec![(0, kept.hash())] };
    assert!(verify(first.as_slice(), &options).unwrap().is_sound());
    let issues = verify(second.as_slice(), &options).unwrap().issues;
    assert_eq!(
        issues.iter().map(|issue| (issue.kind, issue.checkpoint)).collect::<Vec<_>>(),
        [(IssueKind::CheckpointDiffers, Some(0))]
    );
    let options = VerifyOptions { known: vec![(3, Hash::ZERO)], ..options };
    assert_eq!(verify(first.as_slice(), &options).unwrap().issues.len(), 1, "a checkpoint that the copy lacks");
}

#[test]
fn a_signature_of_another_key_is_told() {
    let (bytes, ..) = copy_of(12, &[0, 1], 5, more);
    let other = PublicKey::ed25519([9; 32]);
    let report = report(&bytes, &other);
    let found: Vec<_> = report.issues.iter().map(|issue| (issue.kind, issue.checkpoint)).collect();
    assert_eq!(found, [(IssueKind::CheckpointSignature, Some(0)), (IssueKind::CheckpointSignature, Some(1))]);
    assert_eq!((report.entries, report.signatures), (12, 0));
    assert!(verify(bytes.as_slice(), &VerifyOptions::default()).unwrap().is_sound(), "without a key none is checked");
}

#[test]
fn a_damaged_ledger_is_written_as_it_is_and_told() {
    let mut ledger = Ledger::new();
    let mut writer = ExportWriter::new(Vec::new(), &Header::new(ORIGIN, &at(0)).unwrap()).unwrap();
    for n in 0..9 {
        let mut entry = ledger.append(1, &format!(r#","score":{n}"#));
        if n == 4 {
            entry.body = entry.body.replace("\"score\":4", "\"score\":900");
        }
        writer.entry(&entry).unwrap();
    }
    writer.checkpoint(&ledger.checkpoint()).unwrap();
    let report = report(&writer.finish().unwrap().0, &ledger.key());
    let found: Vec<_> = report.issues.iter().map(|issue| (issue.kind, issue.chain, issue.sequence)).collect();
    assert_eq!(found, [(IssueKind::BodyAltered, Some(1), Some(4))]);
    assert_eq!(report.entries, 8);
}

#[test]
fn writers_keep_the_order() {
    let mut ledger = Ledger::new();
    let (first, second) = (ledger.append(0, ""), ledger.append(0, ""));
    let mut writer = ExportWriter::new(Vec::new(), &Header::new(ORIGIN, &at(0)).unwrap()).unwrap();
    let checkpoint = ledger.checkpoint();
    assert!(writer.checkpoint(&checkpoint).is_err(), "before what it gathers");
    assert!(writer.entry(&second).is_err(), "before the first");
    writer.entry(&first).unwrap();
    assert!(writer.entry(&first).is_err(), "twice");
    writer.entry(&second).unwrap();
    writer.entry(&ledger.append(0, "")).unwrap();
    assert!(writer.checkpoint(&checkpoint).is_err(), "after more than it gathers");
    assert!(Header::new(ORIGIN, "yesterday").is_err());
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_copy_is_found(edits in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>(), any::<prop::sample::Index>()), 1..12)) {
        let (bytes, _, key) = copy_of(12, &[0, 1], 5, more);
        let mut damaged = lines(&bytes);
        for (place, what, with, other) in edits {
            if damaged.is_empty() {
                break;
            }
            let place = place.index(damaged.len());
            match what {
                0 => drop(damaged.remove(place)),
                1 => damaged.insert(other.index(damaged.len()), damaged[place].clone()),
                2 => {
                    let byte = other.index(damaged[place].len().max(1));
                    if let Some(byte) = damaged[place].get_mut(byte) {
                        *byte = with;
                    }
                }
                _ => damaged[place].truncate(with.into()),
            }
        }
        let damaged = damaged.concat();
        let report = report(&damaged, &key);
        prop_assert_eq!(report.is_sound(), damaged == bytes, "{:?}", report.issues);
        prop_assert!(report.issues.is_sorted_by_key(|issue| issue.line));
        prop_assert!(report.issues.len() <= 100);
    }

    #[test]
    fn no_bytes_make_verification_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let report = verify(bytes.as_slice(), &VerifyOptions::default()).unwrap();
        prop_assert!(!report.is_sound());
    }
}

#[test]
fn a_file_that_is_no_copy_is_left_early() {
    let noise: String = (0..10_000)
        .map(|n| format!("{{\"hash\":\"{}\",\"entry\":{{\"chain\":{n}}}}}\n", Hash::of(&[&[n as u8]])))
        .collect();
    let report = verify(noise.as_bytes(), &VerifyOptions::default()).unwrap();
    assert!(report.stopped);
    assert_eq!(report.issues.len(), 100);
    assert!(report.lines < 200);
    let kinds: BTreeMap<_, usize> = report.issues.iter().fold(BTreeMap::new(), |mut kinds, issue| {
        *kinds.entry(issue.kind).or_default() += 1;
        kinds
    });
    assert!(kinds[&IssueKind::HeaderAltered] == 1, "{kinds:?}");
}
