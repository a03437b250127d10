//! How a command ends: exit codes, and failures as people and machines read them.

use std::process::ExitCode;

use crate::screen::Screen;

/// Shown under `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a file could not be read or written
  2  the command was called wrongly
  3  the data, the model or a setting is at fault; the message says where
  4  done, but some rows could not be scored (see the errors file)
  5  done, but a monitored figure is red
  6  done, but what was verified is not as it was written
  7  done, but a part that the settings name cannot be used";

/// How a command that did its work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well.
    Done,
    /// Some rows could not be scored.
    RowErrors,
    /// A monitored figure is red.
    Red,
    /// What was verified is not as it was written.
    Unsound,
    /// A part that the settings name cannot be used.
    Unusable,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Done => Self::SUCCESS,
            Verdict::RowErrors => Self::from(4),
            Verdict::Red => Self::from(5),
            Verdict::Unsound => Self::from(6),
            Verdict::Unusable => Self::from(7),
        }
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self { code: 1, message: format!("{}: {error}", path.display()) }
    }

    /// The operating system refused something.
    pub(crate) fn system(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// Arguments that contradict one another.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// Data, a model or a setting at fault.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into() }
    }

    /// The same failure with the flag it concerns named first.
    pub(crate) fn named(self, flag: &str) -> Self {
        Self { message: format!("{flag}: {}", self.message), ..self }
    }

    /// The same failure with the file it concerns named first.
    pub(crate) fn in_file(self, path: &std::path::Path) -> Self {
        Self { message: format!("{}: {}", path.display(), self.message), ..self }
    }

    /// Says on standard error what went wrong.
    pub(crate) fn report(&self, screen: &Screen) -> ExitCode {
        if screen.json() {
            let error = serde_json::json!({ "error": { "code": self.code, "message": self.message } });
            screen.complain(&error.to_string());
        } else {
            screen.complain(&format!("error: {}", self.message));
        }
        ExitCode::from(self.code)
    }
}

impl From<scorecard::Error> for Failure {
    fn from(error: scorecard::Error) -> Self {
        Self::input(error.to_string())
    }
}

impl From<training::Error> for Failure {
    fn from(error: training::Error) -> Self {
        match error {
            training::Error::File { .. } => Self { code: 1, message: error.to_string() },
            training::Error::Setting { setting, problem } => Self::input(format!("{}: {problem}", flag(&setting))),
            other => Self::input(other.to_string()),
        }
    }
}

impl From<batch::Error> for Failure {
    fn from(error: batch::Error) -> Self {
        let code = if matches!(error, batch::Error::File { .. } | batch::Error::Parquet { .. }) { 1 } else { 3 };
        Self { code, message: error.to_string() }
    }
}

impl From<server::Error> for Failure {
    fn from(error: server::Error) -> Self {
        use server::Error;
        match error {
            Error::Store(error) => error.into(),
            Error::Settings(_) | Error::Unavailable { .. } | Error::Model(_) => Self::input(error.to_string()),
            error => Self::system(error.to_string()),
        }
    }
}

impl From<lake::Error> for Failure {
    fn from(error: lake::Error) -> Self {
        use lake::Error;
        match error {
            Error::Drift(error) => error.into(),
            Error::Nothing(_) => Self::input(error.to_string()),
            error => Self::system(error.to_string()),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error;
        let code = match &error {
            Error::Opening { .. } | Error::Database { .. } | Error::Unavailable(_) | Error::File { .. } => 1,
            _ => 3,
        };
        Self { code, message: error.to_string() }
    }
}

/// A setting of the library as the flag that sets it: flags bear the settings' names.
fn flag(setting: &str) -> String {
    match setting {
        "test from" => "--holdout-from".into(),
        "thresholds" => "--amber, --red".into(),
        flag if flag.starts_with("--") => flag.into(),
        name => format!("--{}", name.replace('_', "-")),
    }
}
