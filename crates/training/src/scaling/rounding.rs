//! Points rounded so that ranks stay and errors cancel.

use scorecard::Points;
use serde::Serialize;

use super::{Base, ScalingOptions};
use crate::{Error, Result};

/// One characteristic as the regression left it.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Its coefficient.
    pub coefficient: f64,
    /// WoE by code.
    pub woe: &'a [f64],
    /// Weight of the applicants by code.
    pub counts: &'a [f64],
}

/// Points by characteristic and code.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaled {
    /// What every applicant starts with.
    pub initial_score: Points,
    /// By characteristic, by code.
    pub points: Vec<Vec<Points>>,
    /// The same before rounding, the initial score's part left out.
    exact: Vec<Vec<f64>>,
    /// The constant that the initial score stands for, before rounding.
    exact_initial: f64,
}

/// How far rounding moves scores, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rounding {
    /// Mean of (rounded − exact) over the applicants.
    pub mean: f64,
    /// Mean of its absolute value.
    pub mean_absolute: f64,
    /// The greatest absolute value.
    pub greatest: f64,
    /// What the greatest can never exceed: a unit for each characteristic and half a unit more.
    pub bound: f64,
}

/// Rounds the points of each bin to the unit.
///
/// Within a characteristic rounding is monotone: a better WoE never has fewer points, equal WoE have equal points.
/// Between characteristics the mean error is passed on: what the applicants of one lost on average is added to the
/// constant of the next before it is rounded, so that over the sample the mean error stays within half a unit however
/// many characteristics there are. Proof of the bound: with δ the rounding error proper, |δ| ≤ ½, what is passed on is
/// −mean(δ), and the errors add up to Σ (δ − mean(δ)) + mean(δ of the last): at most a unit each and half a unit.
///
/// # Errors
/// [`Error::Setting`] where the options make no sense or points grow beyond what is exact.
pub fn to_points(intercept: f64, parts: &[Part<'_>], options: &ScalingOptions) -> Result<Scaled> {
    options.validate()?;
    let factor = options.factor();
    let constant = options.offset() + factor * intercept;
    let (initial, share) = match options.base {
        Base::Initial => (constant, 0.0),
        Base::Spread => (0.0, constant / parts.len().max(1) as f64),
    };
    let decimals = u32::from(options.decimals);
    let round = |value: f64| {
        Points::rounded(value, decimals).ok_or_else(|| Error::Setting {
            setting: "pdo, points, odds".into(),
            problem: format!("points of {value} cannot be represented; choose a smaller scale"),
        })
    };
    let initial_score = round(initial)?;
    let mut carry = initial - initial_score.to_f64();
    let mut scaled = Scaled { initial_score, points: Vec::new(), exact: Vec::new(), exact_initial: initial };
    for part in parts {
        let exact: Vec<f64> = part.woe.iter().map(|woe| share + factor * part.coefficient * woe).collect();
        let points = exact.iter().map(|exact| round(exact + carry)).collect::<Result<Vec<_>>>()?;
        let (mut lost, mut total) = (0.0, 0.0);
        for ((exact, points), count) in exact.iter().zip(&points).zip(part.counts) {
            lost += count * (exact - points.to_f64());
            total += count;
        }
        if total > 0.0 {
            carry += lost / total;
        }
        scaled.points.push(points);
        scaled.exact.push(exact);
    }
    Ok(scaled)
}

/// How far rounding moved the scores of these applicants: `codes` by characteristic, one a row of the table.
#[must_use]
pub fn measure(scaled: &Scaled, codes: &[&[u16]], rows: &[u32], decimals: u8) -> Rounding {
    let errors: Vec<Vec<f64>> = scaled
        .points
        .iter()
        .zip(&scaled.exact)
        .map(|(points, exact)| points.iter().zip(exact).map(|(points, exact)| points.to_f64() - exact).collect())
        .collect();
    let initial = scaled.initial_score.to_f64() - scaled.exact_initial;
    let (mut sum, mut absolute, mut greatest) = (0.0, 0.0, 0.0_f64);
    for row in rows {
        let of = |(errors, codes): (&Vec<f64>, &&[u16])| {
            codes.get(*row as usize).and_then(|code| errors.get(usize::from(*code))).copied().unwrap_or(0.0)
        };
        let error = initial + errors.iter().zip(codes).map(of).sum::<f64>();
        sum += error;
        absolute += error.abs();
        greatest = greatest.max(error.abs());
    }
    let count = rows.len().max(1) as f64;
    let unit = 10_f64.powi(-i32::from(decimals));
    let bound = unit * (scaled.points.len() as f64 + 0.5);
    Rounding { mean: sum / count, mean_absolute: absolute / count, greatest, bound }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_stay_and_errors_are_bounded(
            parts in prop::collection::vec((0.0..2.0_f64, prop::collection::vec((-3.0..3.0_f64, 0.0..100.0_f64), 1..8)), 1..25),
            intercept in -3.0..3.0_f64, decimals in 0..3_u8, spread in any::<bool>(), draws in prop::collection::vec(any::<u16>(), 50),
        ) {
            let columns: Vec<(f64, Vec<f64>, Vec<f64>)> = parts
                .into_iter()
                .map(|(coefficient, bins)| (coefficient, bins.iter().map(|b| b.0).collect(), bins.iter().map(|b| b.1).collect()))
                .collect();
            let parts: Vec<Part<'_>> =
                columns.iter().map(|(coefficient, woe, counts)| Part { coefficient: *coefficient, woe, counts }).collect();
            let base = if spread { Base::Spread } else { Base::Initial };
            let options = ScalingOptions { decimals, base, ..ScalingOptions::default() };
            let scaled = to_points(intercept, &parts, &options).unwrap();
            for (points, part) in scaled.points.iter().zip(&parts) {
                for (a, x) in points.iter().zip(part.woe) {
                    for (b, y) in points.iter().zip(part.woe) {
                        prop_assert!(x >= y || a <= b, "WoE {} has {}, WoE {} has {}", x, a, y, b);
                    }
                }
            }
            // Rows that take any bin of each characteristic.
            let codes: Vec<Vec<u16>> = parts
                .iter()
                .zip(0_u16..)
                .map(|(part, k)| draws.iter().map(|d| (d.wrapping_add(k * 7)) % u16::try_from(part.woe.len()).unwrap()).collect())
                .collect();
            let codes: Vec<&[u16]> = codes.iter().map(Vec::as_slice).collect();
            let rounding = measure(&scaled, &codes, &(0..50).collect::<Vec<_>>(), decimals);
            prop_assert!(rounding.greatest <= rounding.bound + 1e-9);
        }
    }
}
