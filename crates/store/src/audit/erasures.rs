//! Erasures that a copy of the ledger holds: what a restored backup has to forget again.

use std::io::BufRead;

use serde::Deserialize;
use uuid::Uuid;

use crate::{ErasureReason, Error, Result};

/// What begins the line of an entry of a copy; see `docs/ledger.md`.
#[derive(Deserialize)]
struct Line {
    entry: Option<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    kind: String,
    applicant: Option<Uuid>,
    reason: Option<ErasureReason>,
}

/// The persons that were erased, and why, in the order of the copy. Verify the copy before.
///
/// # Errors
/// [`Error::Invalid`] where a line is none of a copy; [`Error::File`] where it cannot be read.
pub fn erasures_in(copy: impl BufRead) -> Result<Vec<(Uuid, ErasureReason)>> {
    let mut erasures = Vec::new();
    for (place, line) in copy.lines().enumerate() {
        let line = line.map_err(|source| Error::File { path: "the copy".to_owned(), source })?;
        // Most lines are scores: reading them whole would cost more than all the rest.
        if !line.contains("\"kind\":\"erasure\"") {
            continue;
        }
        let line: Line = serde_json::from_str(&line)
            .map_err(|error| Error::Invalid(format!("line {} of the copy: {error}", place + 1)))?;
        if let Some(Entry { kind, applicant: Some(applicant), reason: Some(reason) }) = line.entry
            && kind == "erasure"
        {
            erasures.push((applicant, reason));
        }
    }
    Ok(erasures)
}
