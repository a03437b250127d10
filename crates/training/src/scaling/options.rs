//! What scores should look like.

use scorecard::model::Scaling;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What scores should look like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScalingOptions {
    /// Points that double the odds.
    pub pdo: f64,
    /// The score at which the odds are `odds`.
    pub points: f64,
    /// Good-to-bad odds at `points`.
    pub odds: f64,
    /// Decimals of points, 0–4.
    pub decimals: u8,
    /// Where the constant goes.
    pub base: Base,
}

/// Where the constant of the score goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// In equal parts into the characteristics: the card adds up without a starting score.
    #[default]
    Spread,
    /// Into the initial score: a bin of average WoE is worth nothing.
    Initial,
}

impl Default for ScalingOptions {
    fn default() -> Self {
        Self { pdo: 20.0, points: 600.0, odds: 50.0, decimals: 0, base: Base::Spread }
    }
}

impl ScalingOptions {
    /// # Errors
    /// [`Error::Setting`] naming the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fault = |setting: &str, problem: String| Err(Error::Setting { setting: setting.into(), problem });
        if !(self.pdo.is_finite() && self.pdo > 0.0 && self.pdo <= 1e6) {
            return fault("pdo", format!("{} is not above 0 and at most a million", self.pdo));
        }
        if !(self.points.is_finite() && self.points.abs() <= 1e9) {
            return fault("points", format!("{} is not between minus and plus a thousand million", self.points));
        }
        if !(self.odds.is_finite() && self.odds > 0.0) {
            return fault("odds", format!("{} is not a finite number above 0", self.odds));
        }
        if self.decimals > 4 {
            return fault("decimals", format!("{} is more than 4", self.decimals));
        }
        Ok(())
    }

    /// Points of one unit of ln(odds).
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.pdo / std::f64::consts::LN_2
    }

    /// The score at odds of 1:1.
    #[must_use]
    pub fn offset(&self) -> f64 {
        self.points - self.factor() * self.odds.ln()
    }

    /// As the scorecard states it.
    #[must_use]
    pub fn to_scaling(self) -> Scaling {
        Scaling { pdo: self.pdo, points: self.points, odds: self.odds }
    }
}
