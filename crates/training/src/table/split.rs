//! Which rows a model learns from, and which it is tried on.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// Row numbers, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows that the model is fitted on.
    pub train: Vec<u32>,
    /// Rows that it is tried on.
    pub test: Vec<u32>,
}

/// The rows of each class in an order drawn by the seed (ChaCha8).
fn shuffled(bad: &[bool], seed: u64) -> [Vec<u32>; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [false, true].map(|class| {
        let mut rows: Vec<u32> = (0_u32..).zip(bad).filter(|(_, is)| **is == class).map(|(row, _)| row).collect();
        rows.shuffle(&mut rng);
        rows
    })
}

/// A share of each class, drawn by seed, is held out for the test.
#[must_use]
pub fn random_split(bad: &[bool], test_share: f64, seed: u64) -> Split {
    let mut split = Split { train: Vec::new(), test: Vec::new() };
    for rows in shuffled(bad, seed) {
        let held_out = (rows.len() as f64 * test_share.clamp(0.0, 1.0)).round() as usize;
        let (test, train) = rows.split_at(held_out.min(rows.len()));
        split.test.extend(test);
        split.train.extend(train);
    }
    split.test.sort_unstable();
    split.train.sort_unstable();
    split
}

/// `k` splits: each row is tested once, by a model fitted on the other folds. Classes are spread evenly.
#[must_use]
pub fn kfold(bad: &[bool], k: usize, seed: u64) -> Vec<Split> {
    let k = k.max(2);
    let mut fold = vec![0; bad.len()];
    let mut next = 0;
    for row in shuffled(bad, seed).into_iter().flatten() {
        if let Some(place) = fold.get_mut(row as usize) {
            *place = next % k;
            next += 1;
        }
    }
    let of =
        |keep: &dyn Fn(usize) -> bool| (0_u32..).zip(&fold).filter(|(_, f)| keep(**f)).map(|(row, _)| row).collect();
    (0..k).map(|test| Split { train: of(&|f| f != test), test: of(&|f| f == test) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_keep_their_share_and_seeds_repeat() {
        let bad: Vec<bool> = (0..1000).map(|row| row % 10 < 3).collect();
        let split = random_split(&bad, 0.3, 7);
        assert_eq!((split.train.len(), split.test.len()), (700, 300));
        assert_eq!(split.test.iter().filter(|row| bad[**row as usize]).count(), 90);
        assert_eq!(split, random_split(&bad, 0.3, 7));
        assert_ne!(split, random_split(&bad, 0.3, 8));
    }

    #[test]
    fn folds_test_each_row_once() {
        let bad: Vec<bool> = (0..103).map(|row| row % 3 == 0).collect();
        let mut tested: Vec<u32> = kfold(&bad, 5, 1).into_iter().flat_map(|split| split.test).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..103).collect::<Vec<_>>());
    }
}
