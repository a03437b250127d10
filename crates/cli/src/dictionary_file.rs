//! Data dictionaries: named, or found beside the data.

use std::path::{Path, PathBuf};

use training::train::Dictionary;

use crate::{
    data_file::{beside, is_stdin},
    failure::Failure,
};

/// A dictionary and where it was.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) dictionary: Dictionary,
    pub(crate) path: Option<PathBuf>,
}

/// The dictionary of a table: the named one, else `NAME.dictionary.json` beside it, else an empty one.
pub(crate) fn of(data: &Path, named: Option<&Path>) -> Result<Found, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None if is_stdin(data) => return Ok(Found::default()),
        None => beside(data, ".dictionary.json"),
    };
    if named.is_none() && !path.exists() {
        return Ok(Found::default());
    }
    let text = std::fs::read(&path).map_err(|error| Failure::file(&path, &error))?;
    Ok(Found { dictionary: Dictionary::from_json(&text, &path.display().to_string())?, path: Some(path) })
}
