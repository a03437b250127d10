//! Percentile intervals by the bootstrap.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::ConfidenceInterval;

/// Rows drawn for one resample at most.
///
/// Above this a resample draws `m` = 100,000 of the `n` rows and the deviations shrink by √(m/n): the m-out-of-n
/// bootstrap (Bickel, Götze & van Zwet, *Statistica Sinica* 7, 1997), so that the time does not grow with the file.
pub const LARGEST_RESAMPLE: usize = 100_000;

/// How often a resample without one of the classes is drawn again before it is left out.
const REDRAWS: u32 = 100;

/// How intervals are drawn.
///
/// Efron's percentile interval (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13): rows are drawn with
/// replacement, each with its weight, **not stratified by class**, so that the interval carries the chance in the bad rate
/// too. A resample in which a class is absent is drawn again. Each resample has a ChaCha8 stream of its own, so the
/// result does not depend on the number of threads.
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
        Self { resamples: 200, seed: 0, level: 0.95 }
    }
}

impl Bootstrap {
    /// Resampled figures: `figures` gets how often each of `rows` rows was drawn, and gives one figure a place of the
    /// array, or none where the resample lacks a class.
    pub(super) fn draw<const N: usize>(
        &self,
        rows: usize,
        figures: impl Fn(&[u32]) -> Option<[f64; N]> + Sync,
    ) -> Vec<[f64; N]> {
        let size = rows.min(LARGEST_RESAMPLE);
        (0..self.resamples)
            .into_par_iter()
            .map_init(
                || vec![0_u32; rows],
                |counts, resample| {
                    let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                    rng.set_stream(u64::from(resample));
                    for _ in 0..REDRAWS {
                        counts.fill(0);
                        for _ in 0..size {
                            let row = rng.random_range(0..rows);
                            if let Some(count) = counts.get_mut(row) {
                                *count += 1;
                            }
                        }
                        if let Some(figures) = figures(counts) {
                            return Some(figures);
                        }
                    }
                    None
                },
            )
            .flatten()
            .collect()
    }

    /// The interval of a figure from its resampled values: percentiles at (1 ∓ level)/2, linearly interpolated.
    pub(super) fn interval(&self, value: f64, mut resampled: Vec<f64>, rows: usize) -> Option<ConfidenceInterval> {
        if resampled.len() < 2 || !(self.level > 0.0 && self.level < 1.0) {
            return None;
        }
        resampled.sort_unstable_by(f64::total_cmp);
        let shrink = (rows.min(LARGEST_RESAMPLE) as f64 / rows as f64).sqrt();
        let end = |share: f64| {
            let percentile = percentile(&resampled, share);
            // Where every row may be drawn the percentile itself, without the rounding of the detour.
            if rows <= LARGEST_RESAMPLE { percentile } else { value + shrink * (percentile - value) }
        };
        let tail = (1.0 - self.level) / 2.0;
        Some(ConfidenceInterval { lower: end(tail), upper: end(1.0 - tail), level: self.level })
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
    fn the_interval_of_a_mean_is_close_to_the_normal_one() {
        let rows: Vec<f64> = (0..1000).map(|i| f64::from(i % 10)).collect();
        let bootstrap = Bootstrap { resamples: 2000, seed: 7, level: 0.95 };
        let mean = |counts: &[u32]| Some([counts.iter().zip(&rows).map(|(&c, v)| f64::from(c) * v).sum::<f64>() / 1e3]);
        let drawn = bootstrap.draw(rows.len(), mean).into_iter().map(|[m]| m).collect();
        let interval = bootstrap.interval(4.5, drawn, rows.len()).unwrap();
        let half = super::super::estimate::Z_95 * 8.25_f64.sqrt() / 1000_f64.sqrt();
        assert!((interval.lower - (4.5 - half)).abs() < 0.02, "{interval:?}");
        assert!((interval.upper - (4.5 + half)).abs() < 0.02, "{interval:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_draws_whatever_the_threads() {
        let bootstrap = Bootstrap { resamples: 16, seed: 3, level: 0.9 };
        let first = |counts: &[u32]| counts.first().map(|&c| [f64::from(c)]);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        assert_eq!(one.install(|| bootstrap.draw(50, first)), four.install(|| bootstrap.draw(50, first)));
    }

    #[test]
    fn a_large_sample_is_drawn_in_part_and_the_interval_shrinks() {
        let rows = 4 * LARGEST_RESAMPLE;
        let bootstrap = Bootstrap { resamples: 2, seed: 0, level: 0.5 };
        let total = |counts: &[u32]| Some([counts.iter().map(|&c| f64::from(c)).sum()]);
        assert_eq!(bootstrap.draw(rows, total), [[LARGEST_RESAMPLE as f64]; 2]);
        let interval = bootstrap.interval(10.0, vec![8.0, 12.0], rows).unwrap();
        assert_eq!((interval.lower, interval.upper), (9.5, 10.5));
    }
}
