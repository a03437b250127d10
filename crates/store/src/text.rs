//! Texts from outside: bounded, and without characters that a table or a reader stumbles over.

use crate::{Error, Result};

/// Refuses a text that is blank, too long (in characters) or holds control characters other than line feed and tab.
pub(crate) fn check(what: &str, text: &str, longest: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::Invalid(format!("the {what} is empty; give 1 to {longest} characters")));
    }
    check_optional(what, text, longest)
}

/// As [`check`], for texts that may be empty.
pub(crate) fn check_optional(what: &str, text: &str, longest: usize) -> Result<()> {
    let length = text.chars().count();
    if length > longest {
        return Err(Error::Invalid(format!("the {what} has {length} characters; {longest} are allowed")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Error::Invalid(format!("the {what} holds a control character; leave it out")));
    }
    Ok(())
}
