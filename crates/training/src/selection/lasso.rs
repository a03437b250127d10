//! The lasso: coefficients shrunk to 0 by a penalty on their sum, chosen by cross-validation.
//!
//! Proximal Newton with coordinate descent, as Friedman, Hastie and Tibshirani, *Regularization Paths for Generalized
//! Linear Models via Coordinate Descent* (2010); coefficients do not fall below 0 where the regression's may not.

use nalgebra::DVector;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{Rule, State};
use crate::{
    Result,
    regression::{Design, RegressionOptions, log_likelihood, newton_system},
};

const STEPS: usize = 30;
/// The last penalty as a share of the first, at which every coefficient is 0.
const SMALLEST: f64 = 0.003;
const FOLDS: usize = 5;

/// Drops those that the lasso shrinks to 0: at the largest penalty whose cross-validated log loss is within one
/// standard error of the best.
pub(super) fn shrink(state: &mut State<'_>, options: &RegressionOptions, rng: &mut ChaCha8Rng) -> Result<()> {
    let columns = state.columns();
    let design = state.design.with(&columns);
    let penalties = penalties(&design);
    let mut rows = design.rows.to_vec();
    rows.shuffle(rng);
    let mut losses = vec![Vec::with_capacity(FOLDS); penalties.len()];
    for fold in 0..FOLDS {
        let part = |test: bool| -> Vec<u32> {
            let mut part: Vec<u32> =
                rows.iter().enumerate().filter(|(i, _)| (i % FOLDS == fold) == test).map(|(_, row)| *row).collect();
            part.sort_unstable();
            part
        };
        let (train, test) = (part(false), part(true));
        let path =
            path(&Design { rows: &train, ..design }, &penalties, train.len() as f64 / rows.len() as f64, options);
        let test = Design { rows: &test, ..design };
        for (losses, beta) in losses.iter_mut().zip(&path) {
            losses.push(-log_likelihood(&test, beta) / test.rows.len().max(1) as f64);
        }
    }
    let chosen = one_standard_error(&losses);
    let beta = path(&design, &penalties, 1.0, options).into_iter().nth(chosen);
    let limit = penalties.get(chosen).copied().unwrap_or(0.0);
    let Some(beta) = beta else { return Ok(()) };
    for (place, index) in state.kept.clone().into_iter().enumerate() {
        if beta[place + 1] == 0.0 {
            state.drop(index, Rule::Lasso, 0.0, limit, None);
        }
    }
    Ok(())
}

/// From the least penalty at which every coefficient is 0, falling by a constant factor.
fn penalties(design: &Design<'_>) -> Vec<f64> {
    let start = intercept_only(design);
    let gradient = newton_system(design, &start).gradient;
    let first = gradient.iter().skip(1).fold(0.0_f64, |most, g| most.max(g.abs()));
    let step = SMALLEST.powf(1.0 / (STEPS - 1) as f64);
    (0_u8..).take(STEPS).map(|k| first * step.powi(i32::from(k))).collect()
}

fn intercept_only(design: &Design<'_>) -> DVector<f64> {
    let mut beta = DVector::zeros(design.characteristics.len() + 1);
    let goods = design.rows.iter().filter(|row| design.bad.get(**row as usize) == Some(&false)).count() as f64;
    let bads = design.rows.len() as f64 - goods;
    beta[0] = (goods.max(0.5) / bads.max(0.5)).ln();
    beta
}

/// Solutions along the penalties, each started from the one before. `share` scales the penalties to fewer rows.
fn path(design: &Design<'_>, penalties: &[f64], share: f64, options: &RegressionOptions) -> Vec<DVector<f64>> {
    let mut beta = intercept_only(design);
    penalties
        .iter()
        .map(|penalty| {
            for _ in 0..20 {
                let before = beta.clone();
                let system = newton_system(design, &beta);
                descend(&system.gradient, &system.curvature, penalty * share, options.non_negative, &mut beta);
                if (&beta - &before).amax() < 1e-7 {
                    break;
                }
            }
            beta.clone()
        })
        .collect()
}

/// Minimises the quadratic model plus the penalty, one coordinate after the other.
fn descend(
    gradient: &DVector<f64>,
    curvature: &nalgebra::DMatrix<f64>,
    penalty: f64,
    non_negative: bool,
    beta: &mut DVector<f64>,
) {
    let start = beta.clone();
    for _ in 0..200 {
        let mut moved = 0.0_f64;
        for index in 0..beta.len() {
            let bend = curvature[(index, index)];
            if bend <= 0.0 {
                continue;
            }
            let slope = gradient[index] - curvature.row(index).transpose().dot(&(&*beta - &start));
            let target = beta[index] + slope / bend;
            let next = match index {
                0 => target,
                _ if non_negative => (target - penalty / bend).max(0.0),
                _ => target.signum() * (target.abs() - penalty / bend).max(0.0),
            };
            moved = moved.max((next - beta[index]).abs());
            beta[index] = next;
        }
        if moved < 1e-9 {
            break;
        }
    }
}

/// Index of the largest penalty whose mean loss is within a standard error of the least mean loss.
fn one_standard_error(losses: &[Vec<f64>]) -> usize {
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len().max(1) as f64;
    let means: Vec<f64> = losses.iter().map(|losses| mean(losses)).collect();
    let best =
        (0..means.len()).min_by(|a, b| means.get(*a).partial_cmp(&means.get(*b)).unwrap_or(std::cmp::Ordering::Equal));
    let Some((least, folds)) = best.and_then(|best| Some((means.get(best)?, losses.get(best)?))) else { return 0 };
    let spread = folds.iter().map(|loss| (loss - least).powi(2)).sum::<f64>() / (FOLDS - 1) as f64;
    let limit = least + (spread / FOLDS as f64).sqrt();
    means.iter().position(|mean| *mean <= limit).unwrap_or(0)
}
