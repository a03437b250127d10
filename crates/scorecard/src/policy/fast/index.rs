//! Which rules may fire: found through sorted bounds, so that the others are not touched.
//!
//! A rule is entered under a **guard**: tests of which at least one must be true (or unknown) wherever the rule is. Of an
//! `and` any one part will do, of an `or` all parts are needed. Where the guard is the rule, a hit is the answer.

use super::{
    formula::Formula,
    views::{Values, Views},
};

/// Marks an entry whose guard is the whole rule.
const EXACT: u32 = 1 << 31;

/// The rules by their guards.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_view: Vec<Bounds>,
    /// Rules without a guard: looked at each time.
    unguarded: Vec<u32>,
    rules: usize,
}

/// The guards on one view.
#[derive(Debug, Default)]
struct Bounds {
    /// Single numbers, ascending.
    points: Vec<(f64, u32)>,
    /// Open above, by ascending lower bound: those that hold are a prefix.
    from: Vec<(f64, u32)>,
    /// Open below, by descending upper bound: those that hold are a prefix.
    to: Vec<(f64, u32)>,
    /// Bounded on both sides, by ascending lower bound.
    between: Vec<(f64, f64, u32)>,
    /// Every rule that is entered here: what an unknown value concerns.
    all: Vec<u32>,
}

/// A guard: views and the intervals that they must lie in.
struct Guard {
    tests: Vec<(u32, Vec<(f64, f64)>)>,
    cost: u64,
}

impl Index {
    /// Enters rules, which are then known by their place.
    pub(crate) fn new(formulas: &[Formula], views: &Views) -> Self {
        let mut index = Self { by_view: Vec::new(), unguarded: Vec::new(), rules: formulas.len() };
        index.by_view.resize_with(views.len(), Bounds::default);
        for (formula, rule) in formulas.iter().zip(0_u32..) {
            match guard(formula, views) {
                None => index.unguarded.push(rule),
                Some(guard) => index.enter(guard, if is_exact(formula) { rule | EXACT } else { rule }),
            }
        }
        for bounds in &mut index.by_view {
            bounds.points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            bounds.from.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            bounds.to.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            bounds.between.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
            bounds.all.sort_unstable();
            bounds.all.dedup();
        }
        index
    }

    fn enter(&mut self, guard: Guard, entry: u32) {
        for (view, intervals) in guard.tests {
            let Some(bounds) = self.by_view.get_mut(view as usize) else { continue };
            bounds.all.push(entry);
            for (low, high) in intervals {
                if low == high {
                    bounds.points.push((low, entry));
                } else if high == f64::INFINITY {
                    bounds.from.push((low, entry));
                } else if low == f64::NEG_INFINITY {
                    bounds.to.push((high, entry));
                } else {
                    bounds.between.push((low, high, entry));
                }
            }
        }
    }

    /// The rules that are true, unknown or to be looked at.
    pub(crate) fn find(&self, values: &Values<'_>) -> Found {
        let mut found = Found::new(self.rules);
        for rule in &self.unguarded {
            found.check.set(*rule);
        }
        for (bounds, view) in self.by_view.iter().zip(0_u32..) {
            if bounds.all.is_empty() {
                continue;
            }
            let x = values.get(view);
            if x.is_nan() {
                for entry in &bounds.all {
                    found.unknown(*entry);
                }
                continue;
            }
            let from = bounds.points.partition_point(|(point, _)| *point < x);
            for (point, entry) in bounds.points.iter().skip(from) {
                if *point != x {
                    break;
                }
                found.hit(*entry);
            }
            for (low, entry) in &bounds.from {
                if *low > x {
                    break;
                }
                found.hit(*entry);
            }
            for (high, entry) in &bounds.to {
                if *high < x {
                    break;
                }
                found.hit(*entry);
            }
            for (low, high, entry) in &bounds.between {
                if *low > x {
                    break;
                }
                if x <= *high {
                    found.hit(*entry);
                }
            }
        }
        found
    }
}

/// What the index says of the rules.
#[derive(Debug)]
pub(crate) struct Found {
    /// True.
    pub(crate) fired: Bits,
    /// Unknown, unless true.
    pub(crate) unknown: Bits,
    /// To be looked at.
    pub(crate) check: Bits,
}

impl Found {
    fn new(rules: usize) -> Self {
        let words = rules.div_ceil(64);
        Self { fired: Bits(vec![0; words]), unknown: Bits(vec![0; words]), check: Bits(vec![0; words]) }
    }

    #[inline]
    fn hit(&mut self, entry: u32) {
        if entry & EXACT == 0 { self.check.set(entry) } else { self.fired.set(entry & !EXACT) }
    }

    #[inline]
    fn unknown(&mut self, entry: u32) {
        if entry & EXACT == 0 { self.check.set(entry) } else { self.unknown.set(entry & !EXACT) }
    }

    /// The words of the three sets of rules, 64 rules each.
    pub(crate) fn words(&self) -> impl Iterator<Item = [u64; 3]> {
        self.fired
            .0
            .iter()
            .zip(&self.unknown.0)
            .zip(&self.check.0)
            .map(|((fired, unknown), check)| [*fired, *unknown, *check])
    }
}

/// A set of small numbers.
#[derive(Debug)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    #[inline]
    fn set(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }
}

/// The cheapest guard of a formula, if it has one.
fn guard(formula: &Formula, views: &Views) -> Option<Guard> {
    match formula {
        // What is never true needs no test at all.
        Formula::Constant(truth) => (!truth).then(|| Guard { tests: Vec::new(), cost: 0 }),
        Formula::Within(view, low, high) => test(*view, &[(*low, *high)], views),
        Formula::Among(view, set) => test(*view, set.intervals(), views),
        Formula::All(parts) => parts.iter().filter_map(|part| guard(part, views)).min_by_key(|guard| guard.cost),
        Formula::Any(parts) => {
            let mut joined = Guard { tests: Vec::new(), cost: 0 };
            for part in parts {
                let part = guard(part, views)?;
                joined.tests.extend(part.tests);
                joined.cost = joined.cost.saturating_add(part.cost);
            }
            Some(joined)
        }
    }
}

fn test(view: u32, intervals: &[(f64, f64)], views: &Views) -> Option<Guard> {
    if views.is_late(view) {
        return None;
    }
    let width = |(low, high): &(f64, f64)| match (low == high, low.is_finite() && high.is_finite()) {
        (true, _) => 1,
        (false, true) => 8,
        (false, false) => 32,
    };
    let cost = intervals.iter().map(width).sum::<u64>() * views.breadth(view);
    Some(Guard { tests: vec![(view, intervals.to_vec())], cost })
}

/// Whether the rule is nothing but its guard.
fn is_exact(formula: &Formula) -> bool {
    let is_test = |formula: &Formula| matches!(formula, Formula::Within(..) | Formula::Among(..));
    match formula {
        Formula::Any(parts) => parts.iter().all(is_test),
        other => is_test(other),
    }
}
