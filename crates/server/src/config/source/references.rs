//! Settings whose values are secrets that stand elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::{Given, Source};
use crate::config::{Origin, Secret, SecretReference};

/// What reading a secret gave: its text, or why there is none.
pub type ReadSecret = Result<Zeroizing<String>, String>;

impl Source {
    /// The secrets that settings name, each once.
    pub fn secrets(&self) -> BTreeSet<String> {
        let named = self.given.values().filter_map(Given::reference);
        named.filter_map(Result::ok).map(|reference| reference.name).collect()
    }

    /// Puts values in the place of the references to secrets that were read.
    #[must_use]
    pub fn with_secrets(mut self, read: &BTreeMap<String, ReadSecret>) -> Self {
        for (setting, given) in std::mem::take(&mut self.given) {
            match given.reference() {
                Some(Ok(reference)) if read.contains_key(&reference.name) => {
                    let picked = match read.get(&reference.name) {
                        Some(Ok(text)) => reference.pick(text),
                        Some(Err(problem)) => Err(problem.clone()),
                        None => continue,
                    };
                    match picked {
                        Ok(value) => {
                            let origin = Origin::Secret(reference.to_string());
                            self.references.insert(setting.clone(), reference);
                            self.given.insert(setting, Given { value: Secret::new(value), origin });
                        }
                        Err(problem) => self.refuse(setting, problem),
                    }
                }
                _ => drop(self.given.insert(setting, given)),
            }
        }
        self
    }

    /// Refuses what is a reference still: nobody has read it.
    pub(in crate::config) fn refuse_unread(&mut self) {
        let unread: Vec<(String, Result<SecretReference, String>)> = self
            .given
            .iter()
            .filter_map(|(name, given)| given.reference().map(|reference| (name.clone(), reference)))
            .collect();
        for (setting, reference) in unread {
            self.given.remove(&setting);
            let unread = "names a secret of AWS, which this binary does not read: it was built without; build it with \
                          `--features aws`, or use the container image";
            self.refuse(setting, reference.err().unwrap_or_else(|| unread.to_owned()));
        }
    }

    /// By setting, what came out of secrets.
    pub(in crate::config) fn references(&self) -> BTreeMap<String, SecretReference> {
        self.references.clone()
    }
}

impl Given {
    /// The secret that the value names, where it does. What came out of one is none itself.
    fn reference(&self) -> Option<Result<SecretReference, String>> {
        let is_final = matches!(self.origin, Origin::Secret(_));
        SecretReference::parse(self.value.expose()).filter(|_| !is_final)
    }
}
