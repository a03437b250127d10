//! The population stability index.

use serde::{Deserialize, Serialize};

use crate::{Error, Result, validation::chi_squared_quantile};

/// Where the traffic lights change.
///
/// The customary 0.10 and 0.25 are a rule of thumb (Lewis, *An Introduction to Credit Scoring*, 1994; Siddiqi, *Credit Risk
/// Scorecards*, 2006, ch. 9), not a test: see [`Stability::chance`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// From this index on the light is amber.
    pub amber: f64,
    /// Above this index the light is red.
    pub red: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { amber: 0.10, red: 0.25 }
    }
}

impl Thresholds {
    /// The light of an index: green below `amber`, red above `red`, amber from the one to the other, ends included.
    #[must_use]
    pub fn light(&self, index: f64) -> Light {
        if index > self.red {
            Light::Red
        } else if index >= self.amber {
            Light::Amber
        } else {
            Light::Green
        }
    }

    /// # Errors
    /// [`Error::Setting`] where the thresholds are not finite numbers with 0 ≤ amber ≤ red.
    pub fn validate(&self) -> Result<()> {
        if self.amber >= 0.0 && self.amber <= self.red && self.red.is_finite() {
            return Ok(());
        }
        Err(Error::Setting {
            setting: "thresholds".to_owned(),
            problem: format!("amber {} and red {} are not finite numbers with 0 ≤ amber ≤ red", self.amber, self.red),
        })
    }
}

/// How much attention an index asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// No shift to speak of.
    #[default]
    Green,
    /// Some shift: look into it.
    Amber,
    /// A great shift: the scorecard may no longer fit.
    Red,
}

impl std::fmt::Display for Light {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        })
    }
}

/// A stability index and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// The index; 0 where nothing changed.
    pub index: f64,
    /// Its light.
    pub light: Light,
    /// What chance alone exceeds one time in twenty if nothing changed; absent where there are fewer than two bins. An index
    /// below it says nothing, however small the sample that made it large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// One row a bin.
    pub rows: Vec<StabilityRow>,
}

/// One bin of a stability index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StabilityRow {
    /// The bin in words.
    pub label: String,
    /// Share in the baseline, 0–1.
    pub expected_share: f64,
    /// Applicants counted (a sum of weights where weighted).
    pub actual_count: f64,
    /// Their share, 0–1.
    pub actual_share: f64,
    /// The bin's part of the index, never below 0.
    pub part: f64,
}

/// PSI = Σ (a − e) · ln(a / e) over the bins, a and e being the actual and expected shares (Siddiqi 2006, ch. 9; the
/// symmetric divergence of Jeffreys 1946). Of score bands it is the PSI, of a characteristic's attributes its CSI.
///
/// **Empty bins.** A share of zero, on either side, counts as half an applicant of that side's sample, 0.5 / n, inside the
/// logarithm and the difference alike; a bin empty on both sides adds nothing. The index stays finite and the effect shrinks as
/// samples grow, where a fixed small constant would make it depend on the constant.
///
/// **Chance.** With B bins that anybody was in and samples of N and M, the index of an unchanged population is about
/// (1/N + 1/M) · χ² with B − 1 degrees of freedom (Yurdakul & Naranjo, *Journal of Risk Model Validation* 14, 2020);
/// [`Stability::chance`] is its 95 % quantile.
///
/// `expected` are shares or counts of any scale, of `expected_count` applicants in all.
///
/// # Errors
/// [`Error::Validation`] where lengths differ, a number is negative or not finite, or a side is empty.
pub fn stability(
    labels: &[String],
    expected: &[f64],
    expected_count: f64,
    actual: &[f64],
    thresholds: &Thresholds,
) -> Result<Stability> {
    thresholds.validate()?;
    crate::validation::check_lengths(&[
        ("labels", labels.len()),
        ("expected shares", expected.len()),
        ("counts", actual.len()),
    ])?;
    let sum = |side: &[f64], what: &str| -> Result<f64> {
        let total: f64 = side.iter().sum();
        if total > 0.0 && total.is_finite() && side.iter().all(|part| *part >= 0.0) {
            return Ok(total);
        }
        Err(Error::Validation(format!("the {what} has no applicants, or a count that is negative or not finite")))
    };
    let (expected_total, actual_total) = (sum(expected, "baseline")?, sum(actual, "new population")?);
    let baseline = if expected_count > 0.0 && expected_count.is_finite() { expected_count } else { 1e6 };
    let (mut index, mut used) = (0.0, 0_u32);
    let mut rows = Vec::with_capacity(labels.len());
    for ((label, &expected), &actual) in labels.iter().zip(expected).zip(actual) {
        let (e, a) = (expected / expected_total, actual / actual_total);
        let part = if e == 0.0 && a == 0.0 {
            0.0
        } else {
            used += 1;
            let e = if e == 0.0 { 0.5 / baseline } else { e };
            let a = if a == 0.0 { 0.5 / actual_total } else { a };
            (a - e) * libm::log(a / e)
        };
        index += part;
        rows.push(StabilityRow {
            label: label.clone(),
            expected_share: expected / expected_total,
            actual_count: actual,
            actual_share: actual / actual_total,
            part,
        });
    }
    let chance =
        (used > 1).then(|| chi_squared_quantile(0.95, f64::from(used - 1)) * (1.0 / baseline + 1.0 / actual_total));
    Ok(Stability { index, light: thresholds.light(index), chance, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(n: usize) -> Vec<String> {
        (0..n).map(|i| i.to_string()).collect()
    }

    #[test]
    fn the_index_is_that_of_numpy() {
        // e = np.array([.1,.2,.3,.4]); a = np.array([20,20,30,30])/100; float(((a-e)*np.log(a/e)).sum())
        //   -> 0.09808292530117264
        // float(scipy.stats.chi2.ppf(.95, 3) * (1/1000 + 1/100)) -> 0.08596200693576296
        let found =
            stability(&labels(4), &[0.1, 0.2, 0.3, 0.4], 1000.0, &[20.0, 20.0, 30.0, 30.0], &Thresholds::default());
        let found = found.unwrap();
        assert!((found.index - 0.098_082_925_301_172_64).abs() < 1e-12, "{}", found.index);
        assert!((found.chance.unwrap() - 0.085_962_006_935_762_96).abs() < 1e-9, "{found:?}");
        assert_eq!(found.light, Light::Green);
        assert_eq!(found.rows[1].part, 0.0);
        assert_eq!((found.rows[0].actual_count, found.rows[0].actual_share), (20.0, 0.2));
    }

    #[test]
    fn empty_bins_stay_finite_and_count_as_half_an_applicant() {
        let found = stability(&labels(3), &[0.5, 0.5, 0.0], 200.0, &[50.0, 0.0, 0.0], &Thresholds::default()).unwrap();
        let expected = 0.5 * 2.0_f64.ln() + (0.01 - 0.5) * (0.01_f64 / 0.5).ln();
        assert!((found.index - expected).abs() < 1e-12);
        assert_eq!((found.light, found.rows[2].part), (Light::Red, 0.0));
        let new = stability(&labels(2), &[1.0, 0.0], 200.0, &[50.0, 50.0], &Thresholds::default()).unwrap();
        assert!((new.rows[1].part - (0.5 - 0.0025) * (0.5_f64 / 0.0025).ln()).abs() < 1e-12);
    }

    #[test]
    fn lights_change_at_their_thresholds() {
        let lights = [0.0999, 0.10, 0.25, 0.2501].map(|index| Thresholds::default().light(index));
        assert_eq!(lights, [Light::Green, Light::Amber, Light::Amber, Light::Red]);
        assert!(Light::Red > Light::Amber && Light::Amber > Light::Green);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let with = |expected: &[f64], actual: &[f64], thresholds| {
            stability(&labels(2), expected, 10.0, actual, &thresholds).unwrap_err().to_string()
        };
        let usual = Thresholds::default();
        assert!(with(&[1.0], &[1.0, 2.0], usual).contains("2 labels but 1 expected"));
        assert!(with(&[0.5, 0.5], &[0.0, 0.0], usual).contains("new population"));
        assert!(with(&[0.5, f64::NAN], &[1.0, 0.0], usual).contains("baseline"));
        assert!(with(&[0.5, 0.5], &[1.0, -1.0], usual).contains("negative"));
        assert!(with(&[0.5, 0.5], &[1.0, 1.0], Thresholds { amber: 0.3, red: 0.2 }).contains("amber 0.3"));
    }
}
