//! A copy of a ledger verified on one core: chains alone, and all that `verify` does, beside Python's hashlib on the same file.
//!
//! `cargo bench -p plimsoll-store --bench ledger`; fails below a million entries a second for hashing or twice the peer, and
//! where the peer is quicker than the whole of verification.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs::{self, File},
    hint::black_box,
    io::{BufReader, BufWriter},
    process::ExitCode,
};

use serde::{Deserialize, Serialize};
use store::ledger::{
    Entry, Hash, Opening,
    copy::{ExportWriter, Header, VerifyOptions, verify},
    entry_hash,
};

#[path = "../../../benches/peer.rs"]
mod peer;

const ENTRIES: usize = 300_000;
const CHAINS: u32 = 4;
const BODY: usize = 700;
const ROUNDS: usize = 5;
/// Entries a second and core.
const LEAST_HASHED: f64 = 1e6;
/// Beside the peer: the same loop over bodies, and all of verification.
const LEAST_RATIOS: [f64; 2] = [2.0, 1.0];
const TIME: &str = "2026-01-31T09:30:00.000000Z";

#[derive(Serialize)]
struct Request<'r> {
    file: &'r str,
    rounds: usize,
}

#[derive(Deserialize)]
struct Answer {
    entries: usize,
    seconds: f64,
}

fn entries() -> Vec<Entry> {
    let mut last = [Hash::ZERO; CHAINS as usize];
    let entry = |n: usize| {
        let (chain, sequence) = (n % CHAINS as usize, (n / CHAINS as usize) as u64);
        let id = uuid::Uuid::from_u128(n as u128);
        let mut body = Opening { chain: chain as u32, sequence, time: TIME, kind: "score", id }.text();
        body += ",\"sealed\":\"";
        while body.len() < BODY - 2 {
            body.push(char::from(b'a' + ((n + body.len() * 7) % 26) as u8));
        }
        let entry = Entry::new(&last[chain], body + "\"}").unwrap();
        last[chain] = entry.hash;
        entry
    };
    (0..ENTRIES).map(entry).collect()
}

/// Seconds that this thread has had a core for: others on the machine do not count.
fn on_core() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("the times of threads, as Linux keeps them");
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Seconds on a core of the fastest round.
fn fastest(mut work: impl FnMut()) -> f64 {
    let round = |_| {
        let start = on_core();
        work();
        on_core() - start
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn main() -> ExitCode {
    let entries = entries();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.ndjson");
    let out = BufWriter::new(File::create(&path).unwrap());
    let mut writer = ExportWriter::new(out, &Header::new("bench", TIME).unwrap()).unwrap();
    entries.iter().for_each(|entry| writer.entry(entry).unwrap());
    writer.finish().unwrap();
    let length = fs::metadata(&path).unwrap().len();

    let hashing = fastest(|| {
        let mut last = [Hash::ZERO; CHAINS as usize];
        for entry in &entries {
            let last = &mut last[entry.chain as usize];
            *last = entry_hash(last, entry.body.as_bytes());
            assert_eq!(*last, entry.hash);
        }
        black_box(last);
    });
    let whole = fastest(|| {
        let reader = BufReader::with_capacity(1 << 18, File::open(&path).unwrap());
        let report = verify(reader, &VerifyOptions::default()).unwrap();
        assert!(report.is_sound() && report.entries == ENTRIES as u64);
    });
    let file = path.to_str().unwrap();
    let theirs: Answer = peer::ask("ledger", &Request { file, rounds: ROUNDS });
    assert_eq!(theirs.entries, ENTRIES, "the peer reads the same entries");

    let a_second = |seconds: f64| ENTRIES as f64 / seconds;
    let megabytes = length as f64 / 1e6;
    println!(
        "\n{ENTRIES} entries with bodies of {BODY} bytes in {CHAINS} chains, {megabytes:.0} MB; seconds on one core\n"
    );
    println!("| what | entries a second | of the peer's |\n|---|---|---|");
    for (what, seconds) in [
        ("hashes of the chains, bodies in memory", hashing),
        ("`verify` of the file: frames, openings, chains, trees (the file's own digest on another core)", whole),
        ("Python's hashlib: chains alone, of the file", theirs.seconds),
    ] {
        println!("| {what} | {:.2} million | {:.1}× |", a_second(seconds) / 1e6, theirs.seconds / seconds);
    }
    let mut sound = true;
    if a_second(hashing) < LEAST_HASHED {
        eprintln!("SLOW: {:.0} entries a second; {LEAST_HASHED} are claimed", a_second(hashing));
        sound = false;
    }
    for (seconds, least) in [hashing, whole].into_iter().zip(LEAST_RATIOS) {
        if theirs.seconds / seconds < least {
            eprintln!("SLOW: {:.2} of the peer; at least {least} is claimed", theirs.seconds / seconds);
            sound = false;
        }
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
