//! A copy of a ledger, verified.

use std::{
    fmt::Write,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use store::ledger::copy::{Report, VerifyOptions, verify as verify_copy};

use super::verify::Arguments;
use crate::{
    failure::{Failure, Verdict},
    figures::counted,
    progress::Progress,
    screen::Screen,
};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 20;

pub(super) fn verify(file: &Path, arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let options = VerifyOptions { public_keys: arguments.keys.clone(), known: arguments.known.clone() };
    let report = {
        let _progress = Progress::steps(screen, &format!("reading {}", file.display()));
        verify_copy(open(file)?, &options).map_err(|error| Failure::input(error.to_string()).in_file(file))?
    };
    screen.result(&report, || text(&report, file, arguments))?;
    Ok(if report.is_sound() { Verdict::Done } else { Verdict::Unsound })
}

/// Opens a copy, plain or gzip.
pub(super) fn open(file: &Path) -> Result<Box<dyn BufRead>, Failure> {
    let fault = |error: std::io::Error| Failure::file(file, &error);
    let mut plain = BufReader::with_capacity(BUFFER, File::open(file).map_err(fault)?);
    let is_packed = plain.fill_buf().map_err(fault)?.starts_with(&[0x1f, 0x8b]);
    let packed = |plain| BufReader::with_capacity(BUFFER, MultiGzDecoder::new(plain).take(u64::MAX));
    Ok(if is_packed { Box::new(packed(plain)) } else { Box::new(plain) })
}

fn text(report: &Report, file: &Path, arguments: &Arguments) -> String {
    let mut text = String::new();
    let origin = report.origin.as_deref().unwrap_or("no name could be read");
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{}: {origin}; {}, {}, {} with the key's signature",
        file.display(),
        counted(report.entries, "entry"),
        counted(report.checkpoints, "checkpoint"),
        report.signatures
    );
    for head in &report.heads {
        let _ = writeln!(text, "chain {}: {}, head {}", head.chain, counted(head.size, "entry"), head.hash);
    }
    for issue in &report.issues {
        let _ = writeln!(text, "{issue}");
    }
    let said = match (report.is_sound(), arguments.keys.is_empty()) {
        (true, false) => "sound",
        (true, true) => "sound in itself; name the public key with --key to check signatures too",
        (false, _) if report.stopped => "not as it was written; reading stopped",
        (false, _) => "not as it was written",
    };
    let _ = writeln!(text, "{said}");
    text
}
