//! The key that wraps the applicants' keys.

use std::path::PathBuf;

use super::Source;
use super::source::Spec;

/// The key that wraps the applicants' keys.
#[derive(Debug, Clone)]
pub struct Keyring {
    /// The local keyring's file; without it `keyring` in the data folder.
    pub file: Option<PathBuf>,
}

impl Keyring {
    pub(super) fn read(from: &mut Source) -> Self {
        let file = Spec {
            name: "PLIMSOLL_KEYRING",
            default: "",
            meaning: "file of the local keyring; without it, keyring in the data folder",
        };
        Self { file: from.path(file) }
    }
}
