//! Σ weight · x · xᵀ over rows, some rows at a time.

/// Rows that are added at a time: each cell is then read and written once for all of them.
const ABREAST: usize = 4;

/// The sum so far, as the rows of its lower triangle one after the other, and the rows that wait to be added.
pub(super) struct Gram {
    triangle: Vec<f64>,
    waiting: [(Vec<f64>, f64); ABREAST],
    count: usize,
}

impl Gram {
    /// Of `size` columns; nothing is added yet. Each x begins with the elements of `x`, and keeps those that are not set.
    pub(super) fn new(x: &[f64]) -> Self {
        let size = x.len();
        Self {
            triangle: vec![0.0; size * (size + 1) / 2],
            waiting: std::array::from_fn(|_| (x.to_vec(), 0.0)),
            count: 0,
        }
    }

    /// The next row: its x to be set, which `push` then adds.
    #[inline]
    pub(super) fn next(&mut self) -> &mut [f64] {
        let last = ABREAST - 1;
        &mut self.waiting[self.count.min(last)].0
    }

    /// Adds the row that was set, with this weight.
    #[inline]
    pub(super) fn push(&mut self, weight: f64) {
        if let Some((_, waiting)) = self.waiting.get_mut(self.count) {
            *waiting = weight;
            self.count += 1;
        }
        if self.count == ABREAST {
            self.flush();
        }
    }

    /// Adds what waits.
    fn flush(&mut self) {
        // What is left over from rows before weighs nothing.
        self.waiting.iter_mut().skip(self.count).for_each(|(_, weight)| *weight = 0.0);
        self.count = 0;
        let [(a, wa), (b, wb), (c, wc), (d, wd)] = &self.waiting;
        let mut rest = self.triangle.as_mut_slice();
        for (index, (((xa, xb), xc), xd)) in a.iter().zip(b).zip(c).zip(d).enumerate() {
            let Some((line, further)) = rest.split_at_mut_checked(index + 1) else { return };
            let (sa, sb, sc, sd) = (wa * xa, wb * xb, wc * xc, wd * xd);
            let rows = a.iter().zip(b).zip(c.iter().zip(d));
            for (cell, ((xa, xb), (xc, xd))) in line.iter_mut().zip(rows) {
                *cell += (sa * xa + sb * xb) + (sc * xc + sd * xd);
            }
            rest = further;
        }
    }

    /// Adds the sum of other rows.
    pub(super) fn join(mut self, mut other: Self) -> Self {
        self.flush();
        other.flush();
        self.triangle.iter_mut().zip(&other.triangle).for_each(|(a, b)| *a += b);
        self
    }

    /// The sum, row by row.
    pub(super) fn finish(mut self) -> Triangle {
        self.flush();
        Triangle(self.triangle)
    }
}

/// A symmetric matrix by its lower triangle.
pub(super) struct Triangle(Vec<f64>);

impl Triangle {
    /// A cell; 0 beyond the matrix.
    pub(super) fn cell(&self, i: usize, j: usize) -> f64 {
        let (i, j) = (i.max(j), i.min(j));
        self.0.get(i * (i + 1) / 2 + j).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_rows_is_added_once() {
        for rows in 0..11 {
            let value = |row: usize, column: usize| (row * 3 + column * column) as f64;
            let sum = |part: std::ops::Range<usize>| {
                let mut gram = Gram::new(&[1.0, 0.0, 0.0]);
                for row in part {
                    gram.next().iter_mut().enumerate().skip(1).for_each(|(column, x)| *x = value(row, column));
                    gram.push(0.5 + row as f64);
                }
                gram
            };
            let found = sum(0..rows / 3).join(sum(rows / 3..rows)).finish();
            for (i, j) in [(0, 0), (1, 0), (1, 2), (2, 1), (2, 2)] {
                let x = |row, column| if column == 0 { 1.0 } else { value(row, column) };
                let expected: f64 = (0..rows).map(|row| (0.5 + row as f64) * x(row, i) * x(row, j)).sum();
                assert!((found.cell(i, j) - expected).abs() < 1e-9, "{rows} {i} {j}");
            }
        }
    }
}
