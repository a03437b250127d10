//! Files as they are written and read back: the same rows give the same bytes, and what is not a file of the lake is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lake::{Decision, DecisionFile, Lake, Matched, Place, Range, Written, decisions_path, drift};
use scorecard::Scorecard;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const DAY: &str = "2026-01-31";

fn card() -> Scorecard {
    let bins = |name: &str| {
        serde_json::json!({
            "name": name, "field": "age",
            "attributes": [
                { "when": { "interval": { "to": 30, "closed": "neither" } }, "points": 10, "statistics": { "share": 0.5, "count": 50, "bad_rate": 0.1, "woe": 0.0 } },
                { "when": { "interval": { "from": 30, "closed": "left" } }, "points": 20, "statistics": { "share": 0.5, "count": 50, "bad_rate": 0.1, "woe": 0.0 } },
            ],
        })
    };
    let bands = serde_json::json!([
        { "to": 25, "share": 0.5, "bad_rate": 0.1 },
        { "from": 25, "share": 0.5, "bad_rate": 0.1 },
    ]);
    let document = serde_json::json!({
        "format": "plimsoll-scorecard", "format_version": 1, "name": "two",
        "fields": [{ "name": "age", "type": "numeric" }],
        "characteristics": [bins("one"), bins("two")],
        "population": { "count": 100, "bands": bands },
    });
    serde_json::from_value(document).unwrap()
}

fn hash(card: &Scorecard) -> String {
    card.content_hash().trim_start_matches("sha256:").to_owned()
}

/// Of `n`, every third of another model, every tenth without a list, every eleventh without a score.
fn decision(n: u64, model: &str) -> Decision {
    let other = "0".repeat(64);
    let matched = |name: &str, attribute: u32| Matched { name: name.to_owned(), attribute, points: Some(10_000_000) };
    Decision {
        id: format!("{n:036}"),
        time: i64::try_from(n).unwrap(),
        sequence: n,
        model_hash: if n.is_multiple_of(3) { other } else { model.to_owned() },
        score: (!n.is_multiple_of(11)).then_some(if n.is_multiple_of(2) { 20_000_000 } else { 30_500_000 }),
        reasons: Some(if n.is_multiple_of(5) { Vec::new() } else { vec!["R1".to_owned(), "R2".to_owned()] }),
        characteristics: (!n.is_multiple_of(10))
            .then(|| vec![matched("one", u32::from(n.is_multiple_of(2))), matched("two", 1)]),
        inputs: Some(vec![("age".to_owned(), Some(n.to_string())), ("none".to_owned(), None)]),
        ..Decision::default()
    }
}

async fn write(lake: &Lake, first: u64, rows: impl Iterator<Item = Decision>) -> Written {
    let rows: Vec<Decision> = rows.collect();
    let mut file = DecisionFile::new(&**lake, DAY, 0, first).unwrap();
    for part in rows.chunks(999) {
        file = file.push(part.to_vec()).await.unwrap();
    }
    file.finish().await.unwrap()
}

fn lake() -> (TempDir, Lake, Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Place::folder(folder.path()).unwrap();
    (folder, lake, Runtime::new().unwrap())
}

#[test]
fn rows_of_several_models_lists_and_groups_are_counted_exactly() {
    const ROWS: u64 = 70_001;
    let (_folder, lake, runtime) = lake();
    let card = card();
    let model = hash(&card);
    let first = runtime.block_on(write(&lake, 0, (0..ROWS).map(|n| decision(n, &model))));
    let again = runtime.block_on(write(&lake, 0, (0..ROWS).map(|n| decision(n, &model))));
    assert_eq!((first.decisions, first), (ROWS, again), "the same rows give the same bytes");

    let ours = || (0..ROWS).map(|n| decision(n, &model)).filter(|row| row.model_hash == model);
    let scored = || ours().filter(|row| row.score.is_some());
    for threads in [1, 3] {
        let found = drift(&lake, runtime.handle(), &card, &Range::default(), threads).unwrap();
        assert_eq!(found.files, 1);
        assert_eq!(found.decisions, ours().count() as u64);
        assert_eq!(found.others, ROWS - found.decisions);
        assert_eq!(found.unscored, found.decisions - scored().count() as u64);
        let counts = found.counter.counts();
        let low = scored().filter(|row| row.score == Some(20_000_000)).count();
        assert_eq!(counts.bands, [low as f64, (scored().count() - low) as f64]);
        let attribute = |place: usize, attribute: u32| {
            let matches =
                |row: &Decision| row.characteristics.as_ref().is_some_and(|all| all[place].attribute == attribute);
            scored().filter(matches).count() as f64
        };
        let expected = [[attribute(0, 0), attribute(0, 1)], [attribute(1, 0), attribute(1, 1)]];
        assert_eq!(counts.attributes, expected);
        assert_eq!(found.with_attributes, scored().filter(|row| row.characteristics.is_some()).count() as u64);
    }
    let before = Range { to: Some("2026-01-30".to_owned()), ..Range::default() };
    assert_eq!(drift(&lake, runtime.handle(), &card, &before, 1).unwrap().decisions, 0);
}

#[test]
fn a_file_larger_than_a_part_is_whole_or_not_there() {
    let (folder, lake, runtime) = lake();
    // Digits that hardly pack.
    let noise = |n: u64| {
        let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let digits = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{state:016x}")
        });
        digits.take(40).collect::<String>()
    };
    let rows = |n: u64| Decision { applicant_token: Some(noise(n)), ..decision(n, "x") };
    let path = folder.path().join(decisions_path(DAY, 0, 0).as_ref());
    let written = runtime.block_on(async {
        let mut file = DecisionFile::new(&*lake, DAY, 0, 0).unwrap();
        for part in 0..50 {
            file = file.push((part * 1000..part * 1000 + 1000).map(rows).collect()).await.unwrap();
            assert!(!path.exists(), "nothing is seen of a part");
        }
        file.finish().await.unwrap()
    });
    assert!(written.bytes > 16 << 20, "{written:?}: more than a part");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), written.bytes);
    let (found, files) = runtime.block_on(lake::verify(&*lake, |_| {})).unwrap();
    assert_eq!((found.problems, files.len()), (1, 0), "no manifest names it: {found:?}");
}

#[test]
fn what_is_cut_altered_or_of_others_is_named() {
    let (folder, lake, runtime) = lake();
    let card = card();
    let model = hash(&card);
    runtime.block_on(write(&lake, 0, (0..100).map(|n| decision(n, &model))));
    let path = folder.path().join(decisions_path(DAY, 0, 0).as_ref());
    let whole = std::fs::read(&path).unwrap();
    let said = || {
        let found = drift(&lake, runtime.handle(), &card, &Range::default(), 2);
        found.map(|found| found.decisions).expect_err("it is broken").to_string()
    };
    for length in [0, 3, 8, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let said = said();
        assert!(said.contains("chain-0000000000-000000000000.parquet") && said.contains("cut"), "{said}");
    }
    // Wherever a bit is flipped: an error or other counts, and never a panic.
    for at in (0..whole.len()).step_by(7) {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        std::fs::write(&path, altered).unwrap();
        let outcome = drift(&lake, runtime.handle(), &card, &Range::default(), 1);
        if let Err(error) = outcome {
            assert!(!error.to_string().contains("broken off"), "byte {at}: {error}");
        }
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(drift(&lake, runtime.handle(), &card, &Range::default(), 1).is_ok());
}
