//! The registry: models and policies as documents known by their hash, and which of them are in force.
//!
//! Documents are never deleted: a score of years ago is replayed by the hashes that its entry holds.

mod author;
mod changes;
mod deployment;
mod documents;
mod list;
mod proposals;
mod reports;
mod validations;

pub use author::Author;
pub use deployment::{Challenger, Champion, Deployment, MAX_CHALLENGERS, Reference};
pub use documents::{DocumentKind, NewDocument, Registered, Source, Status};
pub use proposals::{Outcome, Proposal};
pub use reports::ModelReport;
pub use validations::Validation;

use crate::{Error, Result};

/// Refuses a text that a table or a reader could not hold: empty, too long, or with control characters.
fn check_text(what: &str, text: &str, longest: usize) -> Result<()> {
    let count = text.chars().count();
    if count == 0 || count > longest {
        return Err(Error::Invalid(format!("{what} has {count} characters; from 1 to {longest} are allowed")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Invalid(format!("{what} has control characters; use printable ones")));
    }
    Ok(())
}
