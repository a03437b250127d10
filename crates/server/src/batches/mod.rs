//! Batches: files of applications that are scored in the background.
//!
//! A file is read once, cut into chunks and stored, sealed, before its sender is answered; from then on it is scored to
//! the end, whatever restarts. Each application is recorded by itself with a key made of the batch and its line, so that a
//! chunk that is done twice is recorded once.

mod intake;
mod results;
pub(crate) mod upload;
mod worker;

pub(crate) use intake::{Intake, receive};
pub(crate) use results::{ResultLine, lines};
pub(crate) use worker::run;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// An application as it waits in a chunk: one a line.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    /// The line of the file.
    line: u64,
    applicant: Option<String>,
    application: Map<String, Json>,
}
