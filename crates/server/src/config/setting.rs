//! One setting as it is shown, and one that is refused.

use std::fmt;

use serde::Serialize;

/// A setting in force, as `plimsoll config` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// The value in force; `***` for a secret that is set, nothing for what is not set.
    pub value: String,
    /// Where the value came from.
    pub origin: Origin,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// What is accepted.
    pub accepted: String,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nothing was set.
    Default,
    /// The variable itself.
    Environment,
    /// The file that the variable's `_FILE` names.
    File,
    /// A secret of Secrets Manager, as the variable names it.
    Secret(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Environment => f.write_str("environment"),
            Self::File => f.write_str("file"),
            Self::Secret(reference) => write!(f, "secret:{reference}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A setting that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The variable, or the flag where one set it.
    pub name: String,
    /// What is wrong with it and what is accepted. Never quotes a secret.
    pub problem: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}
