//! The normal distribution.

use std::f64::consts::{PI, SQRT_2};

/// Probability density at `x`.
pub(super) fn density(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    if deviation > 0.0 { libm::exp(-0.5 * z * z) / (deviation * (2.0 * PI).sqrt()) } else { f64::NAN }
}

/// Probability of a value up to `x`.
pub(super) fn cumulative(x: f64, mean: f64, deviation: f64) -> f64 {
    if deviation > 0.0 { 0.5 * libm::erfc(-(x - mean) / (deviation * SQRT_2)) } else { f64::NAN }
}

/// The value up to which lies the probability `p`; infinite at 0 and 1, NaN outside.
pub(super) fn quantile(p: f64, mean: f64, deviation: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || deviation <= 0.0 {
        return f64::NAN;
    }
    // In the lower tail a small probability keeps its digits.
    let z = if p <= 0.5 { lower_quantile(p) } else { -lower_quantile(1.0 - p) };
    mean + z * deviation
}

/// For `0 ≤ p ≤ 0.5`: the approximation of Abramowitz and Stegun (1964), 26.2.23, and Halley's method from there.
fn lower_quantile(p: f64) -> f64 {
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = (-2.0 * libm::log(p)).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = numerator / denominator - t;
    for _ in 0..4 {
        let step = (cumulative(z, 0.0, 1.0) - p) / density(z, 0.0, 1.0);
        let next = z - step / (1.0 + 0.5 * z * step);
        if !next.is_finite() {
            break;
        }
        z = next;
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_undo_probabilities() {
        for z in [-30.0, -8.0, -3.0, -1.96, -0.5, -1e-6, 0.0, 0.3, 1.0, 2.5, 5.0] {
            let there_and_back = quantile(cumulative(z, 0.0, 1.0), 0.0, 1.0);
            // Near 1 the probability itself has lost the digits.
            let tolerance = if z > 4.0 { 1e-9 } else { 1e-13 * f64::max(1.0, z.abs()) };
            assert!((there_and_back - z).abs() < tolerance, "{z}: {there_and_back}");
        }
    }

    #[test]
    fn known_values() {
        // R 4.3: pnorm(1.5, 1, 2), dnorm(1.5, 1, 2), qnorm(0.975)
        assert!((cumulative(1.5, 1.0, 2.0) - 0.598_706_325_682_923_7).abs() < 1e-15);
        assert!((density(1.5, 1.0, 2.0) - 0.193_334_058_401_424_6).abs() < 1e-15);
        assert!((quantile(0.975, 0.0, 1.0) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!(quantile(1.5, 0.0, 1.0).is_nan() && cumulative(0.0, 0.0, -1.0).is_nan());
    }
}
