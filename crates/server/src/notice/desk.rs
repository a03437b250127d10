//! What makes the lender's notices: its name and address, its wishes, its templates.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Creditor, LenderTemplates, Notice, NoticeError, NoticeFacts, NoticeSettings, Notices, Organisation};

/// The lender as its file describes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LenderFile {
    /// The lender's name and address.
    pub creditor: Creditor,
    /// Who provides the scores, where the model is not the lender's own.
    #[serde(default)]
    pub score_provider: Option<Organisation>,
    /// How it wants its notices.
    #[serde(default)]
    pub notices: NoticeSettings,
}

/// What makes the lender's notices.
#[derive(Debug)]
pub struct NoticeDesk {
    notices: Notices,
    lender: Option<LenderFile>,
}

/// The largest file that describes a lender, in bytes.
const MAX_BYTES: u64 = 1 << 20;

impl NoticeDesk {
    /// Reads the lender's file and templates, where there are any.
    ///
    /// # Errors
    /// [`NoticeError::Setting`] where the file cannot be read or is not what is taken; [`NoticeError::Template`].
    pub fn open(file: Option<&Path>, templates: Option<&Path>) -> Result<Self, NoticeError> {
        let templates = templates.map(LenderTemplates::from_folder).transpose()?.unwrap_or_default();
        Ok(Self { notices: Notices::new(&templates)?, lender: file.map(read).transpose()? })
    }

    /// With a lender that is known already, and the built-in templates.
    ///
    /// # Errors
    /// As [`Notices::new`].
    pub fn of(lender: LenderFile) -> Result<Self, NoticeError> {
        Ok(Self { notices: Notices::new(&LenderTemplates::default())?, lender: Some(lender) })
    }

    /// The lender; `None` until one is described.
    #[must_use]
    pub fn lender(&self) -> Option<&LenderFile> {
        self.lender.as_ref()
    }

    /// Makes a notice as the lender wants it.
    ///
    /// # Errors
    /// As [`Notices::compose`].
    pub fn compose(&self, facts: &NoticeFacts, lender: &LenderFile) -> Result<Notice, NoticeError> {
        self.notices.compose(facts, &lender.notices)
    }
}

fn read(path: &Path) -> Result<LenderFile, NoticeError> {
    let refuse = |problem: String| NoticeError::Setting {
        setting: "PLIMSOLL_LENDER".to_owned(),
        problem: format!("{}: {problem}", path.display()),
    };
    let length = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?.len();
    if length > MAX_BYTES {
        return Err(refuse(format!("{length} bytes; {MAX_BYTES} are allowed")));
    }
    let text = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let mut json = serde_json::Deserializer::from_slice(&text);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refuse(format!("at `{}`: {}", error.path(), error.inner())))
}
