//! How strict the selection is.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How strict the selection is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectionOptions {
    /// Least information value. Alone, less than 0.02 is commonly called unpredictive (Siddiqi, 2006, ch. 6); beside others a
    /// little less may still help, so the default is lower and leaves the verdict to the regression.
    pub min_iv: f64,
    /// Greatest |r| of the WoE of two characteristics; the one with less information value leaves.
    pub max_correlation: f64,
    /// Greatest variance inflation factor. It widens intervals but is no fault by itself (O'Brien, *Quality & Quantity* 41, 2007):
    /// what repeats others leaves by its p-value; the limit is for what others determine.
    pub max_vif: f64,
    /// Most candidates that are looked at together, the strongest by information value: beyond some hundreds the regressions
    /// cost more than they tell.
    pub max_candidates: usize,
    /// Least records of the rarer class, of weighted ones their effective size, for each candidate: with fewer, chance looks
    /// like a finding, and some sum of candidates tells every good from every bad (Vittinghoff & McCulloch, *American Journal of Epidemiology* 165, 2007).
    pub min_events: f64,
    /// What follows the filters.
    pub method: Method,
    /// Greatest p-value of a coefficient in the backward elimination. For prediction a lax limit serves better than the 0.05
    /// of hypothesis tests: 0.157 is Akaike's criterion, small samples want more (Steyerberg, *Clinical Prediction Models*, 2019, ch. 11);
    /// and those of a cross-fitted regression are honest, and so larger.
    pub max_p_value: f64,
    /// Most characteristics; the weakest leave.
    pub max_characteristics: Option<usize>,
}

/// What follows the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Nothing.
    None,
    /// The characteristic with the greatest p-value leaves until all are below the limit.
    #[default]
    Backward,
    /// Those that a lasso, its penalty chosen by cross-validation, shrinks to 0.
    Lasso,
}

impl Default for SelectionOptions {
    fn default() -> Self {
        Self {
            min_iv: 0.005,
            max_correlation: 0.8,
            max_vif: 20.0,
            max_candidates: 250,
            min_events: 5.0,
            method: Method::Backward,
            max_p_value: 0.35,
            max_characteristics: None,
        }
    }
}

impl SelectionOptions {
    /// # Errors
    /// [`Error::Setting`] naming the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fault = |setting: &str, problem: String| Err(Error::Setting { setting: setting.into(), problem });
        if !(self.min_iv >= 0.0 && self.min_iv.is_finite()) {
            return fault("min_iv", format!("{} is not a finite number of at least 0", self.min_iv));
        }
        if !(0.0..=1.0).contains(&self.max_correlation) {
            return fault("max_correlation", format!("{} is not between 0 and 1", self.max_correlation));
        }
        if self.max_vif.is_nan() || self.max_vif < 1.0 {
            return fault("max_vif", format!("{} is below 1", self.max_vif));
        }
        if !(self.max_p_value > 0.0 && self.max_p_value <= 1.0) {
            return fault("max_p_value", format!("{} is not above 0 and at most 1", self.max_p_value));
        }
        if !(1..=1000).contains(&self.max_candidates) {
            return fault("max_candidates", format!("{} is not between 1 and 1000", self.max_candidates));
        }
        if !(self.min_events >= 0.0 && self.min_events.is_finite()) {
            return fault("min_events", format!("{} is not a finite number of at least 0", self.min_events));
        }
        if self.max_characteristics == Some(0) {
            return fault("max_characteristics", "must be at least 1".into());
        }
        Ok(())
    }
}
