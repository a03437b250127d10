//! The merge of neighbouring pre-bins with the greatest information value, exactly.
//!
//! Dynamic programming over the last bin `[j, i)`: its best predecessor `[h, j)` is the best among those whose WoE the
//! trend allows before it, found by binary search in an order by WoE with running maxima. That takes O(n² log n) for n
//! pre-bins. The number of bins is a dimension only where the best merge without it has too many.

use super::{Bin, BinningOptions, Totals, Trend};

/// A merge: where each bin but the first begins (indices of pre-bins), and its information value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merge {
    pub(super) cuts: Vec<usize>,
    pub(super) iv: f64,
    pub(super) trend: Trend,
}

/// The best merge under all constraints. One bin where nothing else keeps them.
pub(super) fn merge(prebins: &[Totals], all: Totals, options: &BinningOptions) -> Merge {
    merge_where(prebins, all, options, &|totals| holds_both(totals, options))
}

/// Whether a bin holds enough of both classes.
pub(super) fn holds_both(totals: Totals, options: &BinningOptions) -> bool {
    totals.goods >= options.min_class && totals.bads >= options.min_class
}

/// As [`merge`], the question which classes a bin must hold left to `sound`.
pub(super) fn merge_where(
    prebins: &[Totals],
    all: Totals,
    options: &BinningOptions,
    sound: &dyn Fn(Totals) -> bool,
) -> Merge {
    let spans = Spans::new(prebins, all, options.min_share, sound);
    // What differs by rounding only is no gain: the first wins a tie.
    let best_of = |a: Trend, b: Trend| {
        let (a, b) = (spans.best(a, options), spans.best(b, options));
        if b.iv > a.iv + 1e-12 { b } else { a }
    };
    match options.trend {
        Trend::Auto => {
            // A run without a bend is a valley and a peak as well: no trend need be tried but these, only named.
            let best = best_of(Trend::Valley, Trend::Peak);
            Merge { trend: spans.name(&best), ..best }
        }
        Trend::Monotone => best_of(Trend::Descending, Trend::Ascending),
        trend => spans.best(trend, options),
    }
}

/// WoE and IV of every run of pre-bins that may be a bin.
struct Spans {
    n: usize,
    /// At `j * (n + 1) + i`: the bin `[j, i)`; `None` where it is too small.
    bins: Vec<Option<(f64, f64)>>,
}

/// A step of a trend: from which phase to which, and how the WoE must move. A rising bad rate is a falling WoE.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    to: usize,
    woe_falls: bool,
}

const fn step(from: usize, to: usize, woe_falls: bool) -> Step {
    Step { from, to, woe_falls }
}

const ASCENDING: [Step; 1] = [step(0, 0, true)];
const DESCENDING: [Step; 1] = [step(0, 0, false)];
const PEAK: [Step; 3] = [step(0, 0, true), step(0, 1, false), step(1, 1, false)];
const VALLEY: [Step; 3] = [step(0, 0, false), step(0, 1, true), step(1, 1, true)];
const ANY: [Step; 2] = [step(0, 0, true), step(0, 0, false)];

fn steps(trend: Trend) -> &'static [Step] {
    match trend {
        Trend::Ascending => &ASCENDING,
        Trend::Descending => &DESCENDING,
        Trend::Peak => &PEAK,
        Trend::Valley => &VALLEY,
        Trend::None | Trend::Auto | Trend::Monotone => &ANY,
    }
}

/// The best way to arrive at a last bin.
#[derive(Clone, Copy)]
struct Arrival {
    iv: f64,
    /// Start and phase of the bin before; `None` for the first bin.
    before: Option<(u16, u8)>,
}

/// Every predecessor of one phase that ends at one place, by ascending WoE, with the best up to and from each.
#[derive(Default)]
struct Predecessors {
    woe: Vec<f64>,
    /// Best information value among this and all of lower WoE, and where it starts.
    up_to: Vec<(f64, usize)>,
    /// Best among this and all of higher WoE.
    from: Vec<(f64, usize)>,
}

impl Spans {
    fn new(prebins: &[Totals], all: Totals, min_share: f64, sound: &dyn Fn(Totals) -> bool) -> Self {
        let n = prebins.len();
        let mut sums = vec![Totals::default()];
        for prebin in prebins {
            sums.push(sums.last().copied().unwrap_or_default().plus(*prebin));
        }
        let least = sums.last().map_or(0.0, |sum| sum.count()) * min_share;
        // A sum of weights may miss a share by its last digits.
        let tolerance = 1e-9 * least;
        let mut bins = vec![None; (n + 1) * (n + 1)];
        for (j, start) in sums.iter().enumerate() {
            for (i, end) in sums.iter().enumerate().skip(j + 1) {
                let totals = end.minus(*start);
                let large = totals.count() + tolerance >= least;
                if large
                    && sound(totals)
                    && let Some(place) = bins.get_mut(j * (n + 1) + i)
                {
                    let bin = Bin::new(totals, all);
                    *place = Some((bin.woe, bin.iv));
                }
            }
        }
        Self { n, bins }
    }

    fn bin(&self, j: usize, i: usize) -> Option<(f64, f64)> {
        self.bins.get(j * (self.n + 1) + i).copied().flatten()
    }

    /// The simplest trend that a merge keeps.
    fn name(&self, merge: &Merge) -> Trend {
        let ends = || merge.cuts.iter().copied().chain([self.n]);
        let starts = std::iter::once(0).chain(merge.cuts.iter().copied());
        let woe: Vec<f64> = starts.zip(ends()).filter_map(|(j, i)| self.bin(j, i)).map(|(woe, _)| woe).collect();
        if woe.is_sorted() {
            Trend::Descending
        } else if woe.is_sorted_by(|a, b| a >= b) {
            Trend::Ascending
        } else {
            merge.trend
        }
    }

    fn best(&self, trend: Trend, options: &BinningOptions) -> Merge {
        let unlimited = self.run(trend, options.min_woe_gap, None);
        if unlimited.cuts.len() < options.max_bins {
            return unlimited;
        }
        self.run(trend, options.min_woe_gap, Some(options.max_bins))
    }

    /// With a limit, layer `k` holds the merges of exactly `k + 1` bins; without one, a single layer holds all.
    fn run(&self, trend: Trend, gap: f64, limit: Option<usize>) -> Merge {
        let n = self.n;
        let steps = steps(trend);
        let layers = limit.unwrap_or(1);
        let nowhere = Arrival { iv: f64::NEG_INFINITY, before: None };
        // table[layer][phase][j * (n + 1) + i]
        let mut table = vec![[vec![nowhere; (n + 1) * (n + 1)], vec![nowhere; (n + 1) * (n + 1)]]; layers];
        for j in 0..n {
            let before: Vec<[Predecessors; 2]> =
                table.iter().map(|phases| [0, 1].map(|phase: usize| self.predecessors(&phases[phase], j))).collect();
            for i in j + 1..=n {
                let Some((woe, iv)) = self.bin(j, i) else { continue };
                let place = j * (n + 1) + i;
                if j == 0
                    && let Some(first) = table.first_mut()
                {
                    first[0][place] = Arrival { iv, before: None };
                    continue;
                }
                for (layer, phases) in table.iter_mut().enumerate() {
                    let Some(source) = (if limit.is_some() { layer.checked_sub(1) } else { Some(0) }) else { continue };
                    for Step { from, to, woe_falls } in steps {
                        let found = before.get(source).and_then(|phases| phases[*from].best(woe, gap, *woe_falls));
                        if let Some((best, start)) = found
                            && best + iv > phases[*to][place].iv
                        {
                            phases[*to][place] = Arrival { iv: best + iv, before: narrow(start, *from) };
                        }
                    }
                }
            }
        }
        self.trace(&table, trend, limit.is_some())
    }

    fn predecessors(&self, arrivals: &[Arrival], end: usize) -> Predecessors {
        let reached =
            |start: usize| arrivals.get(start * (self.n + 1) + end).filter(|arrival| arrival.iv > f64::NEG_INFINITY);
        let mut all: Vec<(f64, f64, usize)> = (0..end)
            .filter_map(|start| {
                reached(start).and_then(|arrival| self.bin(start, end).map(|(woe, _)| (woe, arrival.iv, start)))
            })
            .collect();
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let better = |best: &mut (f64, usize), next: &(f64, f64, usize)| {
            if next.1 > best.0 {
                *best = (next.1, next.2);
            }
            Some(*best)
        };
        let mut from: Vec<_> = all.iter().rev().scan((f64::NEG_INFINITY, 0), better).collect();
        from.reverse();
        Predecessors {
            up_to: all.iter().scan((f64::NEG_INFINITY, 0), better).collect(),
            woe: all.iter().map(|(woe, _, _)| *woe).collect(),
            from,
        }
    }

    fn trace(&self, table: &[[Vec<Arrival>; 2]], trend: Trend, layered: bool) -> Merge {
        let n = self.n;
        let mut best = (f64::NEG_INFINITY, 0, 0, 0);
        for (layer, phases) in table.iter().enumerate() {
            for (phase, arrivals) in phases.iter().enumerate() {
                for start in 0..n {
                    if let Some(arrival) = arrivals.get(start * (n + 1) + n).filter(|arrival| arrival.iv > best.0) {
                        best = (arrival.iv, layer, phase, start);
                    }
                }
            }
        }
        let (iv, mut layer, mut phase, mut start) = best;
        let mut cuts = Vec::new();
        let mut end = n;
        while start > 0 {
            cuts.push(start);
            let arrival = table.get(layer).and_then(|phases| phases.get(phase)?.get(start * (n + 1) + end));
            let Some((before, from)) = arrival.and_then(|arrival| arrival.before) else { break };
            (end, start, phase) = (start, usize::from(before), usize::from(from));
            layer = if layered { layer.saturating_sub(1) } else { 0 };
        }
        cuts.reverse();
        Merge { cuts, iv: if iv > f64::NEG_INFINITY { iv } else { 0.0 }, trend }
    }
}

/// A start and a phase in few bytes: there are at most about a thousand pre-bins, and two phases.
fn narrow(start: usize, phase: usize) -> Option<(u16, u8)> {
    Some((u16::try_from(start).ok()?, u8::try_from(phase).ok()?))
}

impl Predecessors {
    /// The best predecessor from which the WoE falls (or rises) to `woe` by at least the gap.
    fn best(&self, woe: f64, gap: f64, woe_falls: bool) -> Option<(f64, usize)> {
        if woe_falls {
            self.from.get(self.woe.partition_point(|before| *before < woe + gap)).copied()
        } else {
            let allowed = self.woe.partition_point(|before| *before <= woe - gap);
            allowed.checked_sub(1).and_then(|last| self.up_to.get(last)).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVERY_TREND: [Trend; 7] =
        [Trend::Auto, Trend::Monotone, Trend::Ascending, Trend::Descending, Trend::Peak, Trend::Valley, Trend::None];

    fn keeps(trend: Trend, woe: &[f64], gap: f64) -> bool {
        let rises = |pair: &[f64]| pair[0] >= pair[1] + gap; // of the bad rate
        let falls = |pair: &[f64]| pair[0] <= pair[1] - gap;
        let pairs: Vec<_> = woe.windows(2).collect();
        let bend = |up: &dyn Fn(&[f64]) -> bool, down: &dyn Fn(&[f64]) -> bool| {
            (0..=pairs.len()).any(|at| pairs[..at].iter().all(|p| up(p)) && pairs[at..].iter().all(|p| down(p)))
        };
        match trend {
            Trend::Ascending => pairs.iter().all(|p| rises(p)),
            Trend::Descending => pairs.iter().all(|p| falls(p)),
            Trend::Peak => bend(&rises, &falls),
            Trend::Valley => bend(&falls, &rises),
            Trend::None => pairs.iter().all(|p| rises(p) || falls(p)),
            Trend::Monotone => keeps(Trend::Ascending, woe, gap) || keeps(Trend::Descending, woe, gap),
            Trend::Auto => keeps(Trend::Peak, woe, gap) || keeps(Trend::Valley, woe, gap),
        }
    }

    /// Every merge there is, tried.
    fn brute_force(prebins: &[Totals], all: Totals, options: &BinningOptions) -> f64 {
        let n = prebins.len();
        let least = prebins.iter().map(|p| p.count()).sum::<f64>() * options.min_share;
        let mut best: f64 = 0.0;
        for mask in 0_u32..1 << (n - 1) {
            let mut bins = vec![prebins[0]];
            for (index, prebin) in prebins.iter().enumerate().skip(1) {
                if mask >> (index - 1) & 1 == 1 {
                    bins.push(*prebin);
                } else {
                    let last = bins.last_mut().unwrap();
                    *last = last.plus(*prebin);
                }
            }
            let sound =
                |b: &Totals| b.count() >= least - 1e-9 && b.goods >= options.min_class && b.bads >= options.min_class;
            let binned: Vec<Bin> = bins.iter().map(|b| Bin::new(*b, all)).collect();
            let woe: Vec<f64> = binned.iter().map(|b| b.woe).collect();
            if bins.len() <= options.max_bins
                && bins.iter().all(sound)
                && keeps(options.trend, &woe, options.min_woe_gap)
            {
                best = best.max(binned.iter().map(|b| b.iv).sum());
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_merge_beats_it(
            counts in prop::collection::vec((0_u32..30, 0_u32..30), 1..10),
            trend in prop::sample::select(EVERY_TREND.to_vec()),
            max_bins in 1_usize..6,
            min_share in prop::sample::select(vec![0.0, 0.05, 0.2]),
            min_woe_gap in prop::sample::select(vec![0.0, 0.1, 0.5]),
            min_class in prop::sample::select(vec![0.5, 1.0, 8.0, 25.0]),
            weight in prop::sample::select(vec![1.0, 0.37, 2.5]),
        ) {
            let prebins: Vec<Totals> =
                counts.iter().map(|(g, b)| Totals { goods: weight * f64::from(*g), bads: weight * f64::from(*b) }).collect();
            let all = prebins.iter().fold(Totals::default(), |sum, p| sum.plus(*p));
            prop_assume!(all.goods > 0.0 && all.bads > 0.0);
            let options = BinningOptions { trend, max_bins, min_share, min_woe_gap, min_class, ..BinningOptions::default() };
            let found = merge(&prebins, all, &options);
            prop_assert!((found.iv - brute_force(&prebins, all, &options)).abs() < 1e-9);
            prop_assert!(found.cuts.len() < max_bins.max(1));
        }
    }
}
