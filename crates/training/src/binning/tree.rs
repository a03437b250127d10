//! The cuts of a decision tree, as further candidates beside the quantiles.
//!
//! Grown best first by decrease of the Gini impurity (Breiman et al., *CART*, 1984), to at most 20 leaves of at least
//! 5 % of all records each, missing ones counted: what the usual tools of the field take as pre-bins, so that their best merge is among ours.

use super::Totals;

const MAX_LEAVES: usize = 20;
const MIN_LEAF: f64 = 0.05;

/// Values `start..end`, and the split that would gain most.
struct Leaf {
    split: Option<(f64, usize)>,
    start: usize,
    end: usize,
}

impl Leaf {
    fn gain(&self) -> f64 {
        self.split.map_or(f64::NEG_INFINITY, |(gain, _)| gain)
    }
}

/// Where to cut an ascending list of distinct values: indices of first values of leaves, ascending. `all` is the weight of
/// all records, missing and special ones included.
pub(super) fn cuts(values: &[Totals], all: f64) -> Vec<usize> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    sums.push(Totals::default());
    for value in values {
        sums.push(sums.last().copied().unwrap_or_default().plus(*value));
    }
    let least = MIN_LEAF * all;
    let leaf = |start, end| Leaf { split: best_split(&sums, start, end, least), start, end };
    let mut leaves = vec![leaf(0, values.len())];
    let mut cuts = Vec::new();
    while leaves.len() < MAX_LEAVES {
        // The first of equals: ties do not depend on anything but the order of the values.
        let best =
            leaves.iter().enumerate().reduce(|best, next| if next.1.gain() > best.1.gain() { next } else { best });
        let Some((index, &Leaf { split: Some((_, cut)), start, end })) = best else { break };
        leaves.swap_remove(index);
        leaves.push(leaf(start, cut));
        leaves.push(leaf(cut, end));
        cuts.push(cut);
    }
    cuts.sort_unstable();
    cuts
}

/// The split of `[start, end)` that lowers the weighted impurity most, and by how much. A split that gains nothing is one
/// too: those below it may gain.
fn best_split(sums: &[Totals], start: usize, end: usize, least: f64) -> Option<(f64, usize)> {
    let (from, to) = (*sums.get(start)?, *sums.get(end)?);
    let whole = to.minus(from);
    if whole.goods <= 0.0 || whole.bads <= 0.0 {
        return None;
    }
    let mut best: Option<(f64, usize)> = None;
    for (cut, at) in sums.iter().enumerate().take(end).skip(start + 1) {
        let (left, right) = (at.minus(from), to.minus(*at));
        if left.count() < least || right.count() < least {
            continue;
        }
        let purity = purity(left) + purity(right);
        if best.is_none_or(|(most, _)| purity > most) {
            best = Some((purity, cut));
        }
    }
    best.map(|(most, cut)| (most - purity(whole), cut))
}

/// Weight less half the weighted Gini impurity: the sum of squared class weights over the weight.
fn purity(totals: Totals) -> f64 {
    let Totals { goods, bads } = totals;
    if totals.count() > 0.0 { (goods * goods + bads * bads) / totals.count() } else { 0.0 }
}
