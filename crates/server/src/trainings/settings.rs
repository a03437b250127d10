//! What is asked of a training.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use training::{
    Error, Result,
    table::{ReadOptions, Table},
    train::{Dictionary, Holdout, Role, TrainOptions},
};
use utoipa::ToSchema;

use super::MOST_CELLS;
use crate::conventions::extract::whole;

/// The longest name, in characters: as the registry has it.
const LONGEST_NAME: usize = 200;
/// Folds and draws at most: a training holds up those that wait behind it.
const MOST_FOLDS: usize = 20;
const MOST_DRAWS: usize = 2_000;
/// Whole numbers up to here are read alike by every client, whatever its language calls a number (RFC 8259, section 6).
const GREATEST_SEED: u64 = (1 << 53) - 1;

/// What is asked of a training. Whatever is left out is as `plimsoll train` has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrainingSettings)]
pub(crate) struct Settings {
    /// Name of the scorecard.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: String,
    /// Column with the outcome.
    pub(crate) target: String,
    /// Values of it that are bad; found where none are named and it is plain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) bad: Vec<String>,
    /// Columns that are not looked at: identifiers, and what is known only after the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// Columns that are never scored and looked at for fairness only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) protected: Vec<String>,
    /// Columns that are read as numbers, whatever they look like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) numeric: Vec<String>,
    /// Columns that are read as categories, whatever they look like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) categorical: Vec<String>,
    /// Column with the weight of each row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) weight: Option<String>,
    /// Share of the rows that are held out to try the scorecard on; 0 for none.
    #[serde(default = "share")]
    #[schema(minimum = 0, maximum = 0.9, default = 0.3)]
    pub(crate) holdout: f64,
    /// Folds of the cross-validation; 0 for none.
    #[serde(default = "folds", deserialize_with = "whole::required")]
    #[schema(maximum = 20, default = 5)]
    pub(crate) folds: usize,
    /// Draws of each bootstrap interval; 0 for none.
    #[serde(default = "draws", deserialize_with = "whole::required")]
    #[schema(maximum = 2000, default = 200)]
    pub(crate) bootstrap: usize,
    /// Of everything that is drawn: the same table, settings and seed give the same scorecard.
    #[serde(default = "seed", deserialize_with = "whole::required")]
    #[schema(maximum = 9007199254740991_i64, default = 1)]
    pub(crate) seed: u64,
    /// What people know of the columns, as a `.dictionary.json` beside a table says it: labels, units, reasons, roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) dictionary: Option<Map<String, Json>>,
}

fn share() -> f64 {
    0.3
}

fn folds() -> usize {
    5
}

fn draws() -> usize {
    200
}

fn seed() -> u64 {
    1
}

impl Settings {
    /// The options of the library; `author` answers for the scorecard.
    ///
    /// # Errors
    /// [`Error::Setting`] for a setting that makes no sense, whatever the table is.
    pub(crate) fn options(&self, author: Option<String>) -> Result<TrainOptions> {
        let fault = |setting: &str, problem: String| Error::Setting { setting: setting.to_owned(), problem };
        let length = self.name.trim().chars().count();
        if length == 0 || length > LONGEST_NAME || self.name.chars().any(char::is_control) {
            return Err(fault("name", format!("must have from 1 to {LONGEST_NAME} printable characters")));
        }
        if self.folds > MOST_FOLDS {
            return Err(fault("folds", format!("must be at most {MOST_FOLDS}")));
        }
        if self.bootstrap > MOST_DRAWS {
            return Err(fault("bootstrap", format!("must be at most {MOST_DRAWS}")));
        }
        if self.seed > GREATEST_SEED {
            return Err(fault("seed", format!("must be at most {GREATEST_SEED}")));
        }
        let options = TrainOptions {
            author,
            bad_values: self.bad.clone(),
            exclude: self.exclude.clone(),
            protected: self.protected.clone(),
            weight: self.weight.clone(),
            dictionary: self.dictionary()?,
            holdout: if self.holdout == 0.0 { Holdout::None } else { Holdout::Random { share: self.holdout } },
            folds: self.folds,
            seed: self.seed,
            bootstrap: self.bootstrap,
            ..TrainOptions::new(self.name.trim(), self.target.as_str())
        };
        options.validate()?;
        Ok(options)
    }

    fn dictionary(&self) -> Result<Dictionary> {
        let Some(dictionary) = &self.dictionary else { return Ok(Dictionary::default()) };
        serde_json::from_value(Json::Object(dictionary.clone()))
            .map_err(|error| Error::Setting { setting: "dictionary".to_owned(), problem: error.to_string() })
    }

    /// How the table is read.
    pub(super) fn reading(&self, dictionary: &Dictionary) -> ReadOptions {
        let excluded = dictionary.columns.iter().filter(|(_, entry)| entry.role == Role::Excluded);
        ReadOptions {
            exclude: excluded.map(|(name, _)| name).chain(&self.exclude).cloned().collect(),
            numeric: self.numeric.clone(),
            categorical: self.categorical.clone(),
            max_cells: MOST_CELLS,
            ..ReadOptions::default()
        }
    }

    /// Every column that is named must be there.
    pub(super) fn check_columns(&self, table: &Table) -> Result<()> {
        let left_out = self.exclude.iter().filter(|name| !table.is_left_out(name));
        let mut named = left_out.chain(&self.protected).chain(&self.weight);
        named.try_for_each(|name| table.column(name).map(drop))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn settings(more: &str) -> Settings {
        serde_json::from_str(&format!(r#"{{"name":"a","target":"bad"{more}}}"#)).unwrap()
    }

    #[test]
    fn what_is_left_out_is_as_the_library_has_it() {
        let options = settings("").options(Some("Ann".to_owned())).unwrap();
        assert_eq!(options.folds, TrainOptions::new("a", "bad").folds);
        assert_eq!((options.holdout, options.seed), (Holdout::Random { share: 0.3 }, 1));
        assert_eq!(settings(r#","holdout":0"#).options(None).unwrap().holdout, Holdout::None);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (more, setting) in [
            (r#","holdout":0.95"#, "holdout"),
            (r#","folds":21"#, "folds"),
            (r#","bootstrap":2001"#, "bootstrap"),
            (r#","dictionary":{"columns":{"a":{"rôle":1}}}"#, "dictionary"),
        ] {
            let fault = settings(more).options(None).unwrap_err();
            assert!(matches!(&fault, Error::Setting { setting: named, .. } if named == setting), "{more}: {fault}");
        }
        let nameless = Settings { name: " ".to_owned(), ..settings("") };
        assert!(nameless.options(None).is_err());
    }
}
