//! Numbers of options.

use std::{
    num::{IntErrorKind, ParseIntError},
    str::FromStr,
};

/// A whole number of at least 0.
pub(crate) fn whole<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => "it is too large".into(),
        _ => "write a whole number of at least 0".into(),
    })
}
