//! Whether probabilities of bad are as true as they claim.

use serde::{Deserialize, Serialize};

use super::{
    ConfidenceInterval, Estimate, chi_squared_survival,
    estimate::Z_95,
    groups::equal_groups,
    measures::check_probabilities,
    ranked::Ranked,
    recalibration::{Observation, intercept, log_odds, slope},
};
use crate::Result;

/// Whether a sample helped to fit the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleRole {
    /// The model was fitted on it.
    Development,
    /// The model has not seen it.
    Validation,
}

/// Predicted against observed bad rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Groups of nearly equal weight, lowest probability first.
    pub groups: Vec<CalibrationGroup>,
    /// The Hosmer–Lemeshow test of those groups; absent where too few groups are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosmer_lemeshow: Option<HosmerLemeshow>,
    /// Calibration in the large: `a` in logit P(bad) = a + log-odds given. 0 is ideal; above 0 risk is underestimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intercept: Option<Estimate>,
    /// `b` in logit P(bad) = a + b · log-odds given. 1 is ideal; below 1 the probabilities are too extreme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slope: Option<Estimate>,
    /// Bads that the probabilities lead one to expect: Σ weight · probability.
    pub expected_bads: f64,
    /// Bads that were seen: Σ weight of bads.
    pub observed_bads: f64,
}

/// One group of applicants with similar probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationGroup {
    /// Lowest probability of the group.
    pub from: f64,
    /// Highest probability of the group.
    pub to: f64,
    /// Number of rows.
    pub rows: u64,
    /// Weight.
    pub weight: f64,
    /// Mean probability of bad.
    pub predicted: f64,
    /// Bad rate seen, with its Wilson interval at 95 %.
    pub observed: Estimate,
}

/// The Hosmer–Lemeshow test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HosmerLemeshow {
    /// Σ (observed − expected)² / (n · p̄ · (1 − p̄)) over the groups.
    pub statistic: f64,
    /// Degrees of freedom of its chi-squared distribution.
    pub degrees_of_freedom: u32,
    /// P of a statistic as great as this if the probabilities are true. In very large samples trifles come out small.
    pub p_value: f64,
}

/// Compares probabilities of bad with outcomes in about `groups` groups of nearly equal weight; equal probabilities stay together.
///
/// - Hosmer & Lemeshow, *Applied Logistic Regression* (2000), section 5.2.2: g − 2 degrees of freedom on the sample that
///   the model was fitted on, g on any other.
/// - Intercept and slope: Cox, *Biometrika* 45 (1958); Steyerberg, *Clinical Prediction Models* (2009), ch. 15. The intercept
///   is that with the slope held at 1. Their intervals are ±1.96 standard errors.
/// - A group's interval: [`wilson_interval`] on its effective size.
///
/// The test and the intervals of intercept and slope take weights as counts: scale them to add up to the effective size of
/// the sample, as [`crate::report::SampleReport::of`] does.
///
/// # Errors
/// [`crate::Error::Validation`] as for [`super::measure`].
pub fn calibration(
    probabilities: &[f64],
    bad: &[bool],
    weights: Option<&[f64]>,
    groups: usize,
    role: SampleRole,
) -> Result<Calibration> {
    check_probabilities(probabilities, bad.len())?;
    let ranked = Ranked::new(probabilities, bad, weights)?;
    let groups: Vec<_> =
        equal_groups(&ranked, groups.max(1)).into_iter().filter(|group| group.weight() > 0.0).collect();
    let (mut statistic, mut expected_bads) = (0.0, 0.0);
    let mut rows = Vec::with_capacity(groups.len());
    for group in &groups {
        let weight = group.weight();
        let predicted = group.weighted_sum / weight;
        expected_bads += group.weighted_sum;
        let miss = group.bads - group.weighted_sum;
        let variance = weight * predicted * (1.0 - predicted);
        // A group that the model calls certain adds nothing where it is right, and refutes it where it is wrong.
        statistic += if miss == 0.0 { 0.0 } else { miss * miss / variance };
        let rate = group.bads / weight;
        rows.push(CalibrationGroup {
            from: group.from,
            to: group.to,
            rows: group.rows,
            weight,
            predicted,
            observed: Estimate { value: rate, interval: Some(wilson_interval(rate, group.effective())) },
        });
    }
    let degrees = match role {
        SampleRole::Development => (rows.len() as u32).saturating_sub(2),
        SampleRole::Validation => rows.len() as u32,
    };
    let hosmer_lemeshow = (rows.len() > 2 && statistic.is_finite()).then(|| HosmerLemeshow {
        statistic,
        degrees_of_freedom: degrees,
        p_value: chi_squared_survival(statistic, f64::from(degrees)),
    });
    // Goods and bads of one probability are one observation each: a regression over distinct values, not rows.
    let sample: Vec<Observation> = ranked
        .levels
        .iter()
        .flat_map(|level| {
            let x = log_odds(level.value);
            [(x, false, level.goods), (x, true, level.bads)]
        })
        .filter(|(_, _, weight)| *weight > 0.0)
        .collect();
    Ok(Calibration {
        groups: rows,
        hosmer_lemeshow,
        intercept: intercept(&sample),
        slope: slope(&sample),
        expected_bads,
        observed_bads: ranked.bads,
    })
}

/// Wilson's score interval at 95 % of a rate seen among `n` (Wilson, *JASA* 22, 1927): never outside 0–1, and wider than
/// zero even where nobody or everybody is bad.
#[must_use]
pub fn wilson_interval(rate: f64, n: f64) -> ConfidenceInterval {
    if n.is_nan() || n <= 0.0 {
        return ConfidenceInterval { lower: 0.0, upper: 1.0, level: 0.95 };
    }
    let z2 = Z_95 * Z_95;
    let scale = 1.0 / (1.0 + z2 / n);
    let centre = scale * (rate + z2 / (2.0 * n));
    let half = scale * Z_95 * (rate * (1.0 - rate) / n + z2 / (4.0 * n * n)).sqrt();
    // At 0 and 1 an end is the rate itself, but for rounding.
    let lower = if rate <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if rate >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    ConfidenceInterval { lower, upper, level: 0.95 }
}
