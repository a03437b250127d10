//! What a person may settle before a scorecard is fitted.

use scorecard::model::BaselineMethod;
use serde::Serialize;

use super::Dictionary;
use crate::{
    Error, Result, binning::BinningOptions, regression::RegressionOptions, scaling::ScalingOptions,
    selection::SelectionOptions,
};

/// Everything that decides, with the data, what scorecard comes out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainOptions {
    /// Name of the scorecard.
    pub name: String,
    /// Who answers for it.
    pub author: Option<String>,
    /// Column with the outcome.
    pub target: String,
    /// Values of it that are bad; found where empty and plain.
    pub bad_values: Vec<String>,
    /// Columns that are not looked at.
    pub exclude: Vec<String>,
    /// Columns that are looked at for fairness only.
    pub protected: Vec<String>,
    /// Column with the weight of each row.
    pub weight: Option<String>,
    /// What people know of the columns.
    #[serde(skip)]
    pub dictionary: Dictionary,
    /// Which rows are held out.
    pub holdout: Holdout,
    /// Folds of the cross-validation; below 2 there is none.
    pub folds: usize,
    /// Of everything that is drawn.
    pub seed: u64,
    /// Constraints of the bins.
    pub binning: BinningOptions,
    /// Which characteristics are kept.
    pub selection: SelectionOptions,
    /// How the regression is solved.
    pub regression: RegressionOptions,
    /// How log-odds become points.
    pub scaling: ScalingOptions,
    /// Which baseline reasons are drawn from.
    pub reason_method: BaselineMethod,
    /// Score from which applicants are approved; of the cut-off baseline and the fairness figures. The score at which
    /// as many are approved as are good, where absent.
    pub cutoff: Option<f64>,
    /// Draws of each bootstrap interval; 0 for none.
    pub bootstrap: usize,
}

/// Which rows the model is tried on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holdout {
    /// A share of each class, drawn by the seed.
    Random {
        /// 0–0.9.
        share: f64,
    },
    /// The rows of this date and later: out of time.
    Date {
        /// Column of ISO 8601 dates.
        column: String,
        /// First date that is held out.
        from: String,
    },
    /// The newest rows, as near to a share of all as whole dates allow: out of time.
    Newest {
        /// Column of ISO 8601 dates.
        column: String,
        /// 0–0.9.
        share: f64,
    },
    /// None: every row is learnt from.
    None,
}

impl TrainOptions {
    /// The defaults for a target.
    #[must_use]
    pub fn new(name: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            author: None,
            target: target.into(),
            bad_values: Vec::new(),
            exclude: Vec::new(),
            protected: Vec::new(),
            weight: None,
            dictionary: Dictionary::default(),
            holdout: Holdout::Random { share: 0.3 },
            folds: 5,
            seed: 1,
            binning: BinningOptions::default(),
            selection: SelectionOptions::default(),
            regression: RegressionOptions::default(),
            scaling: ScalingOptions::default(),
            reason_method: BaselineMethod::default(),
            cutoff: None,
            bootstrap: 1000,
        }
    }

    /// # Errors
    /// [`Error::Setting`] naming the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fault = |setting: &str, problem: String| Err(Error::Setting { setting: setting.into(), problem });
        match &self.holdout {
            Holdout::Random { share } | Holdout::Newest { share, .. } if !(0.0..=0.9).contains(share) => {
                return fault("holdout", format!("{share} is not between 0 and 0.9"));
            }
            _ => {}
        }
        if self.folds > 100 {
            return fault("folds", format!("{} is more than 100", self.folds));
        }
        if self.bootstrap > 100_000 {
            return fault("bootstrap", format!("{} is more than 100000", self.bootstrap));
        }
        if self.cutoff.is_some_and(|cutoff| !cutoff.is_finite()) {
            return fault("cutoff", "is not a finite number".into());
        }
        self.binning.validate()?;
        self.selection.validate()?;
        self.regression.validate()?;
        self.scaling.validate()
    }
}
