//! Why there is no notice. Each message says what was wrong, where, and what to do; none holds personal data.

use super::NotAdverse;

/// Everything that can stand in a notice's way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeError {
    /// The decision is not one that a notice is for.
    #[error("decision `{decision_id}`: {why}")]
    NotAdverse {
        /// The decision.
        decision_id: String,
        /// Why not.
        why: NotAdverse,
    },
    /// A fact that is missing or unfit.
    #[error("{field}: {problem}")]
    Fact {
        /// The fact, as a path, e.g. `creditor.address[2]`.
        field: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A setting that is unfit.
    #[error("notice setting `{setting}`: {problem}")]
    Setting {
        /// The setting's name.
        setting: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A template that cannot be used.
    #[error("template {name}{}: {problem}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Template {
        /// The template's name, as the folder has it.
        name: String,
        /// Line, counted from 1, where known.
        line: Option<usize>,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A folder of templates, or a file in it, that cannot be read.
    #[error("templates: {path}: {problem}")]
    Folder {
        /// The path as it was given.
        path: String,
        /// What the system said.
        problem: String,
    },
}

impl NoticeError {
    pub(super) fn fact(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Fact { field: field.into(), problem: problem.into() }
    }

    pub(super) fn setting(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Setting { setting: setting.into(), problem: problem.into() }
    }

    pub(super) fn template(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Template { name: name.into(), line: None, problem: problem.into() }
    }
}
