//! Where settings are read from: an environment with flags laid over it.

mod kinds;
mod references;

pub use references::ReadSecret;

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::{Invalid, Origin, Secret, SecretReference, Setting};
use crate::{Error, Result};

const PREFIX: &str = "PLIMSOLL_";
/// What a certificate or key begins with that stands in the variable itself.
pub(super) const PEM: &str = "-----BEGIN";

/// An environment with flags laid over it; keeps what was asked for, what it answered and what it refused.
#[derive(Debug)]
pub struct Source {
    given: BTreeMap<String, Given>,
    settings: Vec<Setting>,
    refused: Vec<Invalid>,
    known: Vec<String>,
    /// By setting, the secret that its value came out of.
    references: BTreeMap<String, SecretReference>,
}

#[derive(Debug)]
struct Given {
    value: Secret,
    origin: Origin,
}

/// A setting's name, its default as one would write it, and its meaning in one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

impl Source {
    /// The variables of an environment whose names begin with `PLIMSOLL_`; others are not looked at.
    pub fn new<K: Into<OsString>, V: Into<OsString>>(environment: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut source = Self {
            given: BTreeMap::new(),
            settings: Vec::new(),
            refused: Vec::new(),
            known: Vec::new(),
            references: BTreeMap::new(),
        };
        for (name, value) in environment {
            let Ok(name) = name.into().into_string() else { continue };
            if !name.starts_with(PREFIX) {
                continue;
            }
            match value.into().into_string() {
                Ok(value) => {
                    source.given.insert(name, Given { value: Secret::new(value), origin: Origin::Environment });
                }
                Err(_) => source.refuse(name, "is not UTF-8; write it as UTF-8 text".into()),
            }
        }
        source
    }

    /// Lays a flag over the environment; `None` leaves the variable as it is.
    #[must_use]
    pub fn flag(mut self, flag: &str, variable: &str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            let given = Given { value: Secret::new(value), origin: Origin::Flag(flag.to_owned()) };
            self.given.remove(&format!("{variable}_FILE"));
            self.given.insert(variable.to_owned(), given);
        }
        self
    }

    /// What was asked for, with its values; or everything that was refused, unknown variables among it.
    pub(super) fn finish(mut self) -> Result<Vec<Setting>> {
        for name in std::mem::take(&mut self.given).into_keys() {
            // The prefix is common to all and would make all look alike.
            let known = self.known.iter().filter_map(|known| known.strip_prefix(PREFIX));
            let advice = match scorecard::nearest::nearest(name.strip_prefix(PREFIX).unwrap_or(&name), known) {
                Some(nearest) => format!("did you mean {PREFIX}{nearest}?"),
                None => "`plimsoll config` lists those there are".to_owned(),
            };
            self.refused.push(Invalid { name, problem: format!("there is no such setting; {advice}") });
        }
        if self.refused.is_empty() { Ok(self.settings) } else { Err(Error::Settings(self.refused)) }
    }

    /// Notes that a setting contradicts another.
    pub(super) fn contradiction(&mut self, name: &str, problem: &str) {
        self.refuse(name, problem.to_owned());
    }

    fn refuse(&mut self, name: impl Into<String>, problem: String) {
        self.refused.push(Invalid { name: name.into(), problem });
    }

    fn take(&mut self, name: &str) -> Option<Given> {
        self.known.push(name.to_owned());
        // Set to nothing means not set: compose files and charts write empty variables.
        self.given.remove(name).filter(|given| !given.value.expose().is_empty())
    }

    fn take_file(&mut self, name: &str) -> Option<Given> {
        let variable = format!("{name}_FILE");
        let given = self.take(&variable)?;
        let path = given.value.expose();
        match std::fs::read_to_string(path) {
            Ok(text) => Some(Given { value: Secret::new(text.trim_end_matches(['\r', '\n'])), origin: Origin::File }),
            Err(error) => {
                let problem = format!("cannot read {path}: {error}; name a readable file of UTF-8 text");
                self.refuse(variable, problem);
                None
            }
        }
    }

    /// Reads a setting; on a value that is refused, notes so and goes on with the default.
    fn read<T>(&mut self, spec: Spec, accepted: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let given = self.take(spec.name);
        let (text, origin) = match &given {
            Some(given) => (given.value.expose(), given.origin.clone()),
            None => (spec.default, Origin::Default),
        };
        // What came out of a secret, and keys that were pasted in, are shown to nobody.
        let is_hidden = matches!(origin, Origin::Secret(_)) || text.starts_with(PEM);
        let mut value = parse(text);
        if value.is_none() && given.is_some() {
            let name = match &origin {
                Origin::Flag(flag) => flag.clone(),
                _ => spec.name.to_owned(),
            };
            let shown = if is_hidden { "the value (not shown)".to_owned() } else { format!("{text:?}") };
            self.refuse(name, format!("{shown} is not accepted; set {accepted}"));
            value = parse(spec.default);
        }
        self.settings.push(Setting {
            name: spec.name,
            value: if is_hidden { "***".to_owned() } else { text.to_owned() },
            origin,
            meaning: spec.meaning,
            accepted: accepted.to_owned(),
        });
        value
    }
}
