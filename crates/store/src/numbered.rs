//! Values that tables keep as their place in a list: the list only ever grows at its end.

use crate::{Error, Result};

/// The place of a value.
pub(crate) fn place_of<T: PartialEq>(all: &[T], value: &T) -> i64 {
    all.iter().position(|one| one == value).and_then(|place| i64::try_from(place).ok()).unwrap_or(0)
}

/// The value at a place; `what` names it where there is none, as in `a batch in state`.
///
/// # Errors
/// [`Error::Corrupt`] where the list has no such place.
pub(crate) fn at_place<T: Copy>(all: &[T], place: i64, what: &str) -> Result<T> {
    let value = usize::try_from(place).ok().and_then(|place| all.get(place).copied());
    value.ok_or_else(|| Error::Corrupt(format!("{what} {place}")))
}
