//! Gradient, curvature and log-likelihood at a point, added up over the rows.

use nalgebra::{DMatrix, DVector};

use super::{Design, gram::Gram};

/// What one pass over the rows gives. Index 0 is the intercept.
pub(crate) struct NewtonSystem {
    pub(crate) log_likelihood: f64,
    pub(crate) gradient: DVector<f64>,
    /// The negative second derivative: positive semi-definite.
    pub(crate) curvature: DMatrix<f64>,
}

/// Sums of one chunk.
struct Sums {
    log_likelihood: f64,
    gradient: Vec<f64>,
    curvature: Gram,
}

impl Sums {
    fn zero(size: usize) -> Self {
        let mut x = vec![0.0; size];
        if let Some(first) = x.first_mut() {
            *first = 1.0;
        }
        Self { log_likelihood: 0.0, gradient: vec![0.0; size], curvature: Gram::new(&x) }
    }

    fn join(mut self, other: Self) -> Self {
        self.log_likelihood += other.log_likelihood;
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(a, b)| *a += b);
        self.curvature = self.curvature.join(other.curvature);
        self
    }
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The log-likelihood alone.
pub(crate) fn log_likelihood(design: &Design<'_>, beta: &DVector<f64>) -> f64 {
    let beta = beta.as_slice();
    let add = |sum: &mut f64, row: usize| {
        let (intercept, coefficients) = beta.split_first().unwrap_or((&0.0, &[]));
        let eta = intercept + dot(design, coefficients, row);
        *sum -= design.weight(row) * softplus(if design.is_good(row) { -eta } else { eta });
    };
    design.sum(|| 0.0, add, |a, b| a + b)
}

/// Σ coefficient · WoE of a row.
pub(super) fn dot(design: &Design<'_>, coefficients: &[f64], row: usize) -> f64 {
    design.characteristics.iter().zip(coefficients).map(|(c, beta)| beta * c.value(row)).sum()
}

/// Everything at `beta`.
pub(crate) fn at(design: &Design<'_>, beta: &DVector<f64>) -> NewtonSystem {
    let size = beta.len();
    let beta = beta.as_slice();
    let add = |sums: &mut Sums, row: usize| {
        let weight = design.weight(row);
        let x = sums.curvature.next();
        x.iter_mut().skip(1).zip(design.characteristics).for_each(|(x, c)| *x = c.value(row));
        let eta: f64 = x.iter().zip(beta).map(|(x, beta)| x * beta).sum();
        let good = design.is_good(row);
        // One exponential for both: of the smaller of the two odds.
        let small = (-eta.abs()).exp();
        let probability = if eta >= 0.0 { 1.0 } else { small } / (1.0 + small);
        let of_other = if good { -eta } else { eta };
        sums.log_likelihood -= weight * (of_other.max(0.0) + small.ln_1p());
        let residual = weight * (f64::from(u8::from(good)) - probability);
        sums.gradient.iter_mut().zip(x.iter()).for_each(|(g, x)| *g += residual * x);
        sums.curvature.push(weight * probability * (1.0 - probability));
    };
    let sums = design.sum(|| Sums::zero(size), add, Sums::join);
    let curvature = sums.curvature.finish();
    NewtonSystem {
        log_likelihood: sums.log_likelihood,
        gradient: DVector::from_vec(sums.gradient),
        curvature: DMatrix::from_fn(size, size, |i, j| curvature.cell(i, j)),
    }
}
