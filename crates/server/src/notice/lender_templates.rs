//! The lender's own templates, before they are parsed.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use super::{NoticeError, limits};

/// Templates by name. `notice.html` and `notice.txt` take the place of ours; others are for them to include or extend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LenderTemplates(BTreeMap<String, String>);

impl LenderTemplates {
    /// Adds a template; a later one of the same name takes the place of the earlier.
    ///
    /// # Errors
    ///
    /// A name that is not of letters, digits, `.`, `_` and `-` and does not end in `.html` or `.txt`; a source of more than 128
    /// KiB; more than 64 templates.
    pub fn insert(&mut self, name: &str, source: impl Into<String>) -> Result<(), NoticeError> {
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.len() > limits::NAME || name.starts_with('.') || !name.chars().all(fit) {
            return Err(NoticeError::template(name, "a name is of letters, digits, `.`, `_` and `-`; rename it"));
        }
        if !name.ends_with(".html") && !name.ends_with(".txt") {
            return Err(NoticeError::template(
                name,
                "a template's name ends in .html or .txt; rename it, or take it out of the folder",
            ));
        }
        let source = source.into();
        if source.len() > limits::TEMPLATE_BYTES {
            return Err(NoticeError::template(
                name,
                format!("is larger than {} bytes; shorten it", limits::TEMPLATE_BYTES),
            ));
        }
        if self.0.len() >= limits::TEMPLATES && !self.0.contains_key(name) {
            return Err(NoticeError::template(
                name,
                format!("is one more than the {} that may be given", limits::TEMPLATES),
            ));
        }
        self.0.insert(name.to_owned(), source);
        Ok(())
    }

    /// Reads the files of a folder. Those whose names begin with a dot, and folders in it, are passed over.
    ///
    /// # Errors
    ///
    /// A folder or file that cannot be read, or is not UTF-8; else as [`Self::insert`].
    pub fn from_folder(folder: &Path) -> Result<Self, NoticeError> {
        let mut templates = Self::default();
        for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
            let path = entry.map_err(|e| unreadable(folder, &e))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // Followed: a mounted configuration is links to files in a folder of which the name begins with a dot.
            let is_file = std::fs::metadata(&path).map_err(|e| unreadable(&path, &e))?.is_file();
            if name.starts_with('.') || !is_file {
                continue;
            }
            let mut source = String::new();
            let limit = limits::TEMPLATE_BYTES as u64 + 1;
            let file = File::open(&path).map_err(|e| unreadable(&path, &e))?;
            file.take(limit).read_to_string(&mut source).map_err(|e| unreadable(&path, &e))?;
            templates.insert(&name, source)?;
        }
        Ok(templates)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, source)| (name.as_str(), source.as_str()))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> NoticeError {
    NoticeError::Folder { path: path.display().to_string(), problem: error.to_string() }
}
