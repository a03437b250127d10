//! How much characteristics repeat one another.

use nalgebra::DMatrix;

use super::{Design, gram::Gram};

/// Weighted Pearson correlation of the WoE columns, over the rows of the design. A column that does not vary has
/// correlation 0 with every other.
#[must_use]
pub fn correlation(design: &Design<'_>) -> DMatrix<f64> {
    let size = design.characteristics.len();
    // Deviations from the first row's values: sums of squares of numbers far from 0 would lose digits.
    let first = design.rows.first().map_or(0, |row| *row as usize);
    let origin: Vec<f64> = design.characteristics.iter().map(|c| c.value(first)).collect();
    let zero = || (0.0, vec![0.0; size], Gram::new(&vec![0.0; size]));
    let add = |(total, sums, products): &mut (f64, Vec<f64>, Gram), row: usize| {
        let weight = design.weight(row);
        *total += weight;
        let x = products.next();
        x.iter_mut().zip(design.characteristics).zip(&origin).for_each(|((x, c), o)| *x = c.value(row) - o);
        sums.iter_mut().zip(x.iter()).for_each(|(sum, x)| *sum += weight * x);
        products.push(weight);
    };
    let join = |a: (f64, Vec<f64>, Gram), b: (f64, Vec<f64>, Gram)| {
        (a.0 + b.0, a.1.iter().zip(&b.1).map(|(a, b)| a + b).collect(), a.2.join(b.2))
    };
    let (total, sums, products) = design.sum(zero, add, join);
    let product = products.finish();
    let covariance = DMatrix::from_fn(size, size, |i, j| {
        let mean = |k: usize| sums.get(k).copied().unwrap_or(0.0) / total;
        product.cell(i, j) / total - mean(i) * mean(j)
    });
    DMatrix::from_fn(size, size, |i, j| {
        let scale = (covariance[(i, i)] * covariance[(j, j)]).sqrt();
        match (i == j, scale > 1e-14) {
            (true, _) => 1.0,
            (false, true) => (covariance[(i, j)] / scale).clamp(-1.0, 1.0),
            (false, false) => 0.0,
        }
    })
}

/// Variance inflation factor of each column: 1 / (1 − R²) of its regression on the others, the diagonal of the inverse
/// of the correlation matrix (Marquardt, 1970). Infinite where a column is a combination of others.
#[must_use]
pub fn variance_inflation(correlation: &DMatrix<f64>) -> Vec<f64> {
    let size = correlation.nrows();
    match correlation.clone().cholesky() {
        Some(cholesky) => cholesky.inverse().diagonal().iter().copied().collect(),
        None => vec![f64::INFINITY; size],
    }
}

/// The first column that the columns before it determine.
pub(super) fn dependent<'a>(design: &Design<'a>) -> Option<&'a str> {
    const NEGLIGIBLE: f64 = 1e-9;
    let mut rest = correlation(design);
    for pivot in 0..rest.nrows() {
        let left = rest[(pivot, pivot)];
        if left < NEGLIGIBLE {
            return design.characteristics.get(pivot).map(|c| c.name);
        }
        let column = rest.column(pivot).clone_owned();
        rest -= &column * column.transpose() / left;
    }
    None
}
