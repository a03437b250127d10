//! Numbers as the categories that they are.

use std::fmt::Write as _;

/// Writes a floating-point number as a category: `3.0`, `-0.5`, as tables of texts and most databases have it.
pub fn number_text(number: f64, into: &mut String) {
    into.clear();
    // Minus zero is zero; a string takes all that is written to it.
    let _ = if number == 0.0 { write!(into, "0.0") } else { write!(into, "{number:?}") };
}

/// Writes a whole number as a category: `3`, all digits of it where they are held anywhere.
pub fn integer_text(whole: i128, into: &mut String) {
    match i64::try_from(whole) {
        Ok(whole) => {
            into.clear();
            let _ = write!(into, "{whole}");
        }
        Err(_) => number_text(whole as f64, into),
    }
}
