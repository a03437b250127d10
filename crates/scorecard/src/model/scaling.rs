//! How a score turns into odds and a probability.

use serde::{Deserialize, Serialize};

/// Points-to-double-the-odds scaling: ln(odds of good) = ln(`odds`) + (score − `points`) · ln 2 / `pdo`.
///
/// Logarithm and exponential are `libm`'s, so that a score replays to the same bytes on every machine.
/// A negative `pdo` says that a higher score is a higher risk. Source: Siddiqi, *Credit Risk Scorecards* (2006), ch. 6.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// Points that double the odds.
    #[serde(serialize_with = "crate::value::number::serialize")]
    pub pdo: f64,
    /// The score at which the odds are `odds`.
    #[serde(serialize_with = "crate::value::number::serialize")]
    pub points: f64,
    /// Good-to-bad odds at `points`, e.g. 50 for 50:1.
    #[serde(serialize_with = "crate::value::number::serialize")]
    pub odds: f64,
}

impl Scaling {
    /// Natural logarithm of the good-to-bad odds at a score.
    #[must_use]
    pub fn log_odds(&self, score: f64) -> f64 {
        self.log_odds_from(libm::log(self.odds), score)
    }

    /// As [`Self::log_odds`], where ln(`odds`) is at hand.
    fn log_odds_from(&self, log_odds: f64, score: f64) -> f64 {
        log_odds + (score - self.points) * std::f64::consts::LN_2 / self.pdo
    }

    /// As [`Self::odds_at`], where ln(`odds`) is at hand.
    #[inline]
    pub(crate) fn odds_from(&self, log_odds: f64, score: f64) -> f64 {
        libm::exp(self.log_odds_from(log_odds, score))
    }

    /// Good-to-bad odds at a score.
    #[must_use]
    pub fn odds_at(&self, score: f64) -> f64 {
        self.odds_from(libm::log(self.odds), score)
    }

    /// Probability of bad at a score: 1 / (1 + odds).
    #[must_use]
    pub fn probability_of_bad(&self, score: f64) -> f64 {
        probability_of_bad(self.odds_at(score))
    }
}

/// From good-to-bad odds.
#[inline]
pub(crate) fn probability_of_bad(odds: f64) -> f64 {
    1.0 / (1.0 + odds)
}
