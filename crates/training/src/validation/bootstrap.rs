//! Percentile intervals by the bootstrap.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution as _};
use rayon::prelude::*;

use super::ConfidenceInterval;

/// How often a resample without one of the classes is drawn again before it is left out.
const REDRAWS: u32 = 100;

/// Rows a cell holds on average from which cells are drawn rather than rows; a binomial costs about as much as ten rows.
const ROWS_A_BINOMIAL: usize = 10;

/// Rows drawn for one resample at most where rows are drawn one by one.
///
/// Of a larger sample of `n` rows, `m` = 100,000 are drawn and the deviations from the figure shrink by √(m/n): the m-out-of-n bootstrap
/// (Bickel, Götze & van Zwet, *Statistica Sinica* 7, 1997).
const LARGEST_RESAMPLE: usize = 100_000;

/// How intervals are drawn.
///
/// Efron's percentile interval (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13): as many rows as there are
/// are drawn with replacement, each with its weight, **not stratified by class**, so that the interval carries the
/// chance in the bad rate too. A resample in which a class is absent is drawn again. Each resample has a ChaCha8
/// stream of its own, so the result does not depend on the number of threads.
///
/// Rows alike in score, class, probability and weight are one **cell**, and how often a cell is drawn is all that the
/// figures need. Where cells are much fewer than rows (any scorecard: its scores are few) their counts are drawn
/// from the multinomial distribution directly, as a chain of conditional binomials: the same distribution as drawing the
/// rows one by one, at a cost that does not grow with the file. Elsewhere (weights of each row's own, say) rows are
/// drawn one by one, and of more than 100,000 rows an m-out-of-n bootstrap is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples; below 2 gives no interval.
    pub resamples: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Confidence, between 0 and 1.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 1000, seed: 0, level: 0.95 }
    }
}

impl Bootstrap {
    /// Resampled figures. `cells` holds the number of rows of each cell; `figures` gets how often each cell was drawn, and
    /// gives one figure a place of the array, or none where the resample lacks a class.
    pub(super) fn draw<const N: usize>(
        &self,
        cells: &[u32],
        figures: impl Fn(&[u32]) -> Option<[f64; N]> + Sync,
    ) -> Vec<[f64; N]> {
        let (rows, by_row) = how(cells);
        let cell_of_row: Vec<u32> = if by_row {
            cells.iter().zip(0_u32..).flat_map(|(rows, cell)| std::iter::repeat_n(cell, *rows as usize)).collect()
        } else {
            Vec::new()
        };
        (0..self.resamples)
            .into_par_iter()
            .map_init(
                || vec![0_u32; cells.len()],
                |counts, resample| {
                    let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                    rng.set_stream(u64::from(resample));
                    (0..REDRAWS).find_map(|_| {
                        if by_row {
                            draw_rows(&cell_of_row, cell_of_row.len().min(LARGEST_RESAMPLE), counts, &mut rng);
                        } else {
                            draw_cells(cells, rows, counts, &mut rng);
                        }
                        figures(counts)
                    })
                },
            )
            .flatten()
            .collect()
    }

    /// The interval of a figure from its resampled values: percentiles at (1 ∓ level)/2, linearly interpolated. `cells` are those
    /// that were drawn from.
    pub(super) fn interval(&self, value: f64, mut resampled: Vec<f64>, cells: &[u32]) -> Option<ConfidenceInterval> {
        if resampled.len() < 2 || !(self.level > 0.0 && self.level < 1.0) {
            return None;
        }
        resampled.sort_unstable_by(f64::total_cmp);
        let (rows, by_row) = how(cells);
        let shrink = if by_row { (LARGEST_RESAMPLE as f64 / rows as f64).sqrt() } else { 1.0 };
        let end = |share: f64| {
            let percentile = percentile(&resampled, share);
            // Where as many rows were drawn as there are, the percentile itself without the rounding of the detour.
            if shrink < 1.0 { value + shrink * (percentile - value) } else { percentile }
        };
        let tail = (1.0 - self.level) / 2.0;
        Some(ConfidenceInterval { lower: end(tail), upper: end(1.0 - tail), level: self.level })
    }
}

/// The number of rows, and whether they are drawn one by one.
fn how(cells: &[u32]) -> (u64, bool) {
    let rows: u64 = cells.iter().map(|rows| u64::from(*rows)).sum();
    (rows, cells.len().saturating_mul(ROWS_A_BINOMIAL) as u64 > rows)
}

/// Draws so many rows, with replacement, and counts them by cell.
fn draw_rows(cell_of_row: &[u32], size: usize, counts: &mut [u32], rng: &mut ChaCha8Rng) {
    counts.fill(0);
    for _ in 0..size {
        let row = rng.random_range(0..cell_of_row.len());
        let cell = cell_of_row.get(row).copied().unwrap_or_default();
        if let Some(count) = counts.get_mut(cell as usize) {
            *count += 1;
        }
    }
}

/// The counts of [`draw_rows`], of as many rows as there are, from their multinomial distribution: a cell of k among the r rows not yet passed takes
/// Binomial(draws left, k / r).
fn draw_cells(cells: &[u32], rows: u64, counts: &mut [u32], rng: &mut ChaCha8Rng) {
    let (mut draws, mut rows_left) = (rows, rows);
    for (count, &rows) in counts.iter_mut().zip(cells) {
        let share = f64::from(rows) / rows_left.max(1) as f64;
        // Only a share outside 0–1 is refused, and a cell is never more than the rows that are left.
        let drawn = Binomial::new(draws, share.min(1.0)).map_or(0, |binomial| binomial.sample(rng));
        *count = drawn as u32;
        draws -= drawn;
        rows_left -= u64::from(rows);
    }
}

/// Percentile of ascending values, linearly interpolated (type 7 of Hyndman & Fan, 1996; the default of R and NumPy).
fn percentile(ascending: &[f64], share: f64) -> f64 {
    let place = share * (ascending.len().saturating_sub(1)) as f64;
    let below = place.floor();
    let at = |index: usize| ascending.get(index).or(ascending.last()).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(below as usize), at(below as usize + 1));
    low + (place - below) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_numpy() {
        // numpy.percentile([1, 2, 4, 8], [2.5, 50, 97.5]) -> [1.075, 3.0, 7.7]
        let values = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [(0.025, 1.075), (0.5, 3.0), (0.975, 7.7), (1.0, 8.0)] {
            assert!((percentile(&values, share) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn the_interval_of_a_mean_is_close_to_the_normal_one_by_rows_and_by_cells() {
        // A thousand rows, a hundred each of 0 to 9: as ten cells, then as a thousand.
        for cells in [10, 1000_u32] {
            let sizes = vec![1000 / cells; cells as usize];
            let bootstrap = Bootstrap { resamples: 4000, seed: 7, level: 0.95 };
            let mean = |counts: &[u32]| {
                assert_eq!(counts.iter().sum::<u32>(), 1000);
                Some([counts.iter().zip(0..).map(|(&c, i)| f64::from(c) * f64::from(i % 10)).sum::<f64>() / 1e3])
            };
            let drawn = bootstrap.draw(&sizes, mean).into_iter().map(|[m]| m).collect();
            let interval = bootstrap.interval(4.5, drawn, &sizes).unwrap();
            let half = super::super::estimate::Z_95 * 8.25_f64.sqrt() / 1000_f64.sqrt();
            assert!((interval.lower - (4.5 - half)).abs() < 0.02, "{interval:?}");
            assert!((interval.upper - (4.5 + half)).abs() < 0.02, "{interval:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_draws_whatever_the_threads() {
        let bootstrap = Bootstrap { resamples: 16, seed: 3, level: 0.9 };
        let first = |counts: &[u32]| counts.first().map(|&c| [f64::from(c)]);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        for sizes in [vec![1_u32; 50], vec![500; 3]] {
            assert_eq!(one.install(|| bootstrap.draw(&sizes, first)), four.install(|| bootstrap.draw(&sizes, first)));
        }
    }

    #[test]
    fn a_large_sample_of_unlike_rows_is_drawn_in_part_and_the_interval_shrinks() {
        let cells = vec![1; 4 * LARGEST_RESAMPLE];
        let bootstrap = Bootstrap { resamples: 2, seed: 0, level: 0.5 };
        let total = |counts: &[u32]| Some([counts.iter().map(|&c| f64::from(c)).sum()]);
        assert_eq!(bootstrap.draw(&cells, total), [[LARGEST_RESAMPLE as f64]; 2]);
        let interval = bootstrap.interval(10.0, vec![8.0, 12.0], &cells).unwrap();
        assert_eq!((interval.lower, interval.upper), (9.5, 10.5));
        let few = bootstrap.interval(10.0, vec![8.0, 12.0], &[400_000, 400_000]).unwrap();
        assert_eq!((few.lower, few.upper), (9.0, 11.0));
    }

    #[test]
    fn a_resample_that_always_lacks_a_class_is_left_out() {
        let bootstrap = Bootstrap { resamples: 3, seed: 0, level: 0.9 };
        assert_eq!(bootstrap.draw::<1>(&[1, 1], |_| None).len(), 0);
        assert_eq!(bootstrap.interval(1.0, vec![1.0], &[1, 1]), None);
    }
}
