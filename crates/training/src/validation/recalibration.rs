//! Calibration intercept and slope: a logistic regression of the outcome on the log-odds that the model gave.

use super::Estimate;

/// Log-odds are held within ±ln(1e15): a probability of exactly 0 or 1 has none.
const MOST_LOG_ODDS: f64 = 34.538_776_394_910_684;

/// Steps of Newton's method; a handful suffice where there is a solution.
const STEPS: u32 = 100;

/// Log-odds of bad of a probability of bad.
pub(super) fn log_odds(probability: f64) -> f64 {
    (libm::log(probability) - libm::log1p(-probability)).clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS)
}

/// One applicant: log-odds given, whether bad, weight.
pub(super) type Observation = (f64, bool, f64);

/// The intercept `a` in logit P(bad) = a + log-odds given; zero where the level is right. Absent where it does not converge.
pub(super) fn intercept(sample: &[Observation]) -> Option<Estimate> {
    let mut a = 0.0;
    for _ in 0..STEPS {
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for &(x, bad, weight) in sample {
            let p = logistic(a + x);
            gradient += weight * (f64::from(u8::from(bad)) - p);
            curvature += weight * p * (1.0 - p);
        }
        let step = gradient / curvature;
        if !step.is_finite() {
            return None;
        }
        a += step.clamp(-2.0, 2.0);
        if step.abs() < 1e-10 {
            return Some(Estimate::normal_95(a, 1.0 / curvature.sqrt()));
        }
    }
    None
}

/// The slope `b` in logit P(bad) = a + b · log-odds given; one where the spread is right, below one where the model is
/// overfitted. Absent where all log-odds are equal or the regression has no finite solution.
pub(super) fn slope(sample: &[Observation]) -> Option<Estimate> {
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..STEPS {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(x, bad, weight) in sample {
            let p = logistic(a + b * x);
            let residual = weight * (f64::from(u8::from(bad)) - p);
            let spread = weight * p * (1.0 - p);
            ga += residual;
            gb += residual * x;
            haa += spread;
            hab += spread * x;
            hbb += spread * x * x;
        }
        let determinant = haa * hbb - hab * hab;
        // A relative bound: equal log-odds leave nothing but rounding.
        if determinant.is_nan() || determinant <= 1e-12 * haa * hbb {
            return None;
        }
        let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        if !(da.is_finite() && db.is_finite()) {
            return None;
        }
        // Long steps are shortened, so that a start far from the solution does not overshoot it.
        let shorten = (2.0 / da.abs().max(db.abs())).min(1.0);
        a += shorten * da;
        b += shorten * db;
        if da.abs() < 1e-10 && db.abs() < 1e-10 {
            return Some(Estimate::normal_95(b, (haa / determinant).sqrt()));
        }
    }
    None
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}
