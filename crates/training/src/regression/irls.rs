//! Newton's method (iteratively reweighted least squares), with an active set where coefficients may not be negative.

use nalgebra::{DMatrix, DVector};

use super::{
    Design, RegressionOptions, collinearity,
    inference::{self, Estimate},
    newton_system::{self, NewtonSystem},
};
use crate::{Error, Result};

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The intercept.
    pub intercept: Estimate,
    /// One a characteristic, in the order of the design. One held at 0 has no standard error.
    pub coefficients: Vec<Estimate>,
    /// Log-likelihood at the solution, penalty not counted.
    pub log_likelihood: f64,
    /// Log-likelihood of the intercept alone.
    pub null_log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: usize,
    /// Of the coefficients, the intercept left out; absent where one is held at 0.
    pub(crate) covariance: Option<DMatrix<f64>>,
}

/// Beyond this a coefficient on WoE is no longer an estimate: the likelihood rises without end.
const SEPARATION: f64 = 25.0;
/// Newton stops when no step would raise the log-likelihood by more than this share of it.
const TOLERANCE: f64 = 1e-12;

/// Fits the regression by maximum (penalised) likelihood.
///
/// Each Newton step moves the free coefficients only. Held at 0 are those whose gradient points below it; a step that
/// would take another below 0 ends there, and it is held from then on until its gradient turns (a primal active set,
/// Nocedal and Wright, *Numerical Optimization* (2006), ch. 16). The end meets the Karush–Kuhn–Tucker conditions.
///
/// # Errors
/// [`Error::Regression`] naming the characteristics at fault: separation (the likelihood has no maximum), collinearity
/// (it has many), or no convergence.
pub fn fit(design: &Design<'_>, options: &RegressionOptions) -> Result<Fit> {
    fit_from(design, options, None)
}

/// Of more rows than twice this many, every n-th is fitted first, so many in all: most steps are cheap then.
const FIRST: usize = 2048;

/// Estimates from a part of the rows, where there are many; nothing where these few have no solution.
fn first_guess(design: &Design<'_>, options: &RegressionOptions) -> Option<Vec<f64>> {
    if design.rows.len() <= 2 * FIRST {
        return None;
    }
    let some: Vec<u32> = design.rows.iter().step_by(design.rows.len() / FIRST).copied().collect();
    let fitted = fit_from(&Design { rows: &some, ..*design }, options, None).ok()?;
    let coefficients = fitted.coefficients.iter().map(|estimate| estimate.value);
    Some(std::iter::once(fitted.intercept.value).chain(coefficients).collect())
}

/// As [`fit`], begun at these estimates, the intercept first: those of a regression that differs little.
pub(crate) fn fit_from(design: &Design<'_>, options: &RegressionOptions, start: Option<&[f64]>) -> Result<Fit> {
    options.validate()?;
    let size = design.characteristics.len() + 1;
    let (goods, bads) = classes(design);
    if goods <= 0.0 || bads <= 0.0 {
        return Err(Error::Regression("the rows to learn from are all of one class".into()));
    }
    let mut beta = DVector::zeros(size);
    beta[0] = (goods / bads).ln();
    let total = goods + bads;
    let null_log_likelihood = goods * (goods / total).ln() + bads * (bads / total).ln();
    let guess = if start.is_none() { first_guess(design, options) } else { None };
    if let Some(start) = start.or(guess.as_deref()).filter(|start| start.len() == size) {
        beta.copy_from_slice(start);
    }
    let mut system = penalised(design, &beta, options.ridge);
    let mut iterations = 0;
    let free = loop {
        let step = direction(design, &system, &beta, options.non_negative)?;
        if step.gain <= TOLERANCE * (1.0 + system.log_likelihood.abs()) {
            // Too small to be seen in the likelihood, this last step still doubles the digits of the coefficients.
            beta += &step.direction;
            if options.non_negative {
                beta.iter_mut().skip(1).for_each(|coefficient| *coefficient = coefficient.max(0.0));
            }
            break step.free;
        }
        if iterations >= options.max_iterations {
            return Err(unconverged(design, &beta, options));
        }
        iterations += 1;
        let Some(higher) = climb(design, options, &step, &system, &mut beta) else { break step.free };
        system = higher;
        if let Some((index, _)) = beta.iter().enumerate().skip(1).find(|(_, b)| b.abs() > SEPARATION) {
            return Err(separated(design, index));
        }
    };
    refuse_separation(design, &beta)?;
    system = penalised(design, &beta, options.ridge);
    let estimates = inference::estimates(&beta, &system.curvature, &free);
    let Some((intercept, coefficients)) = estimates.split_first() else {
        return Err(Error::Regression("there is nothing to fit".into()));
    };
    Ok(Fit {
        intercept: *intercept,
        coefficients: coefficients.to_vec(),
        log_likelihood: system.log_likelihood + penalty(&beta, options.ridge),
        null_log_likelihood,
        iterations,
        covariance: (free.len() == size)
            .then(|| system.curvature.cholesky())
            .flatten()
            .map(|cholesky| cholesky.inverse().remove_row(0).remove_column(0)),
    })
}

impl Fit {
    /// Coefficients that the regression chose, the intercept among them.
    #[must_use]
    pub fn parameters(&self) -> usize {
        1 + self.coefficients.iter().filter(|estimate| estimate.standard_error.is_some()).count()
    }

    /// Akaike's information criterion, 2k − 2 ln L.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.parameters() as f64 - 2.0 * self.log_likelihood
    }

    /// The share of the null deviance that is explained (McFadden's R²).
    #[must_use]
    pub fn mcfadden(&self) -> f64 {
        1.0 - self.log_likelihood / self.null_log_likelihood
    }
}

/// Weight of the goods and of the bads.
fn classes(design: &Design<'_>) -> (f64, f64) {
    let add = |sums: &mut (f64, f64), row: usize| {
        *(if design.is_good(row) { &mut sums.0 } else { &mut sums.1 }) += design.weight(row);
    };
    design.sum(|| (0.0, 0.0), add, |a, b| (a.0 + b.0, a.1 + b.1))
}

/// Objective, gradient and curvature with the ridge penalty.
fn penalised(design: &Design<'_>, beta: &DVector<f64>, ridge: f64) -> newton_system::NewtonSystem {
    let mut system = newton_system::at(design, beta);
    for index in 1..beta.len() {
        system.log_likelihood -= 0.5 * ridge * beta[index] * beta[index];
        system.gradient[index] -= ridge * beta[index];
        system.curvature[(index, index)] += ridge;
    }
    system
}

/// What the ridge takes from the log-likelihood.
fn penalty(beta: &DVector<f64>, ridge: f64) -> f64 {
    0.5 * ridge * beta.iter().skip(1).map(|b| b * b).sum::<f64>()
}

/// Where to go next.
struct Step {
    /// Coefficients that move.
    free: Vec<usize>,
    /// By coefficient; 0 for those that are held.
    direction: DVector<f64>,
    /// What the whole step would gain if the curvature stayed as it is.
    gain: f64,
}

/// The Newton direction over the coefficients that may move.
fn direction(design: &Design<'_>, system: &NewtonSystem, beta: &DVector<f64>, non_negative: bool) -> Result<Step> {
    let at_bound = |index: usize| non_negative && index > 0 && beta[index] <= 0.0;
    let mut free: Vec<usize> =
        (0..beta.len()).filter(|index| !at_bound(*index) || system.gradient[*index] > 0.0).collect();
    loop {
        let curvature = DMatrix::from_fn(free.len(), free.len(), |i, j| {
            let index = |k: usize| free.get(k).copied().unwrap_or(0);
            system.curvature[(index(i), index(j))]
        });
        let gradient = DVector::from_iterator(free.len(), free.iter().map(|index| system.gradient[*index]));
        let Some(cholesky) = curvature.cholesky() else { return Err(collinear(design)) };
        let solution = cholesky.solve(&gradient);
        // A coefficient at its bound that this step would take below it stays there; the others are asked again.
        let worst = free.iter().zip(solution.iter()).filter(|(index, step)| at_bound(**index) && **step < 0.0);
        if let Some((worst, _)) = worst.min_by(|(_, a), (_, b)| a.total_cmp(b)) {
            let worst = *worst;
            free.retain(|index| *index != worst);
            continue;
        }
        let mut direction = DVector::zeros(beta.len());
        free.iter().zip(solution.iter()).for_each(|(index, step)| direction[*index] = *step);
        return Ok(Step { gain: 0.5 * gradient.dot(&solution), free, direction });
    }
}

/// Goes along the direction, to the first bound at most, halving until the objective rises: how things are there; nothing
/// where it cannot rise.
fn climb(
    design: &Design<'_>,
    options: &RegressionOptions,
    step: &Step,
    system: &NewtonSystem,
    beta: &mut DVector<f64>,
) -> Option<NewtonSystem> {
    let mut length: f64 = 1.0;
    let mut stop = None;
    if options.non_negative {
        for index in 1..beta.len() {
            let room = -beta[index] / step.direction[index];
            if step.direction[index] < 0.0 && room < length {
                (length, stop) = (room, Some(index));
            }
        }
    }
    for _ in 0..40 {
        let mut next = &*beta + &step.direction * length;
        if let Some(index) = stop {
            next[index] = 0.0;
        }
        // Most often the whole step will do, and its curvature is needed next.
        let there = penalised(design, &next, options.ridge);
        if there.log_likelihood > system.log_likelihood {
            *beta = next;
            return Some(there);
        }
        length /= 2.0;
        stop = None;
    }
    None
}

/// Whether some threshold tells every good from every bad: then the likelihood has no maximum, or only the penalty's.
fn refuse_separation(design: &Design<'_>, beta: &DVector<f64>) -> Result<()> {
    let coefficients = beta.as_slice().get(1..).unwrap_or_default();
    let add = |(good, bad): &mut (f64, f64), row: usize| {
        let eta = newton_system::dot(design, coefficients, row);
        if design.is_good(row) { *good = good.min(eta) } else { *bad = bad.max(eta) }
    };
    let join = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
    let (lowest_good, highest_bad) = design.sum(|| (f64::INFINITY, f64::NEG_INFINITY), add, join);
    if lowest_good <= highest_bad {
        return Ok(());
    }
    let strongest = (1..beta.len()).max_by(|a, b| beta[*a].abs().total_cmp(&beta[*b].abs())).unwrap_or(1);
    Err(separated(design, strongest))
}

fn name<'a>(design: &Design<'a>, index: usize) -> &'a str {
    index.checked_sub(1).and_then(|index| design.characteristics.get(index)).map_or("intercept", |c| c.name)
}

fn separated(design: &Design<'_>, index: usize) -> Error {
    Error::Regression(format!(
        "the characteristics tell good from bad perfectly (separation), `{}` above all; where it is known only after the \
         outcome, leave it out with `--exclude`; where there are few rows, allow fewer characteristics",
        name(design, index)
    ))
}

fn collinear(design: &Design<'_>) -> Error {
    let dependent = collinearity::dependent(design);
    let named = dependent.map_or_else(String::new, |name| format!(", `{name}` is a sum of multiples of others"));
    Error::Regression(format!(
        "characteristics say the same (collinearity){named}; leave one out with `--exclude`, or set `--ridge` above 0"
    ))
}

fn unconverged(design: &Design<'_>, beta: &DVector<f64>, options: &RegressionOptions) -> Error {
    let largest = (1..beta.len()).max_by(|a, b| beta[*a].abs().total_cmp(&beta[*b].abs())).unwrap_or(0);
    Error::Regression(format!(
        "no convergence in {} {}; allow more with `--max-iterations`, or raise `--ridge`; `{}` has the largest \
         coefficient: look at it",
        options.max_iterations,
        if options.max_iterations == 1 { "step" } else { "steps" },
        name(design, largest)
    ))
}
