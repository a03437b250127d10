//! Which rules may fire: found through sorted bounds, so that the others are not touched.
//!
//! Each rule is entered under its [`super::guard::Guard`], with a second test beside it. Both tests are done without a
//! branch: whether a rule holds cannot be foretold, and a wrong guess of the processor costs more than both.

use super::{
    formula::Formula,
    guard::{Guard, Guess, Test},
    views::Views,
};

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
    /// As `from` and `to`, of rules that are nothing else.
    only_from: Vec<(f64, u32)>,
    only_to: Vec<(f64, u32)>,
    /// Single numbers, ascending.
    points: Vec<Entry>,
    /// Open above, by ascending lower bound: those that hold are a prefix.
    from: Vec<Entry>,
    /// Open below, by descending upper bound: those that hold are a prefix.
    to: Vec<Entry>,
    /// Bounded on both sides, by ascending lower bound.
    between: Vec<(Entry, f64)>,
    /// Empty sets: never true, unknown where the view is.
    empty: Vec<Entry>,
}

/// A rule under a guard.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The guard's bound.
    bound: f64,
    /// The second test.
    second: Test,
    rule: u32,
    /// Whether guard and second test are the whole rule: all bits, or none.
    exact: u64,
}

/// For 64 rules: those that are true, those that are unknown unless true, those to be looked at.
pub(crate) type Found = [u64; 3];

impl Index {
    /// Enters rules, which are then known by their place.
    pub(crate) fn new<'a>(formulas: impl Iterator<Item = &'a Formula> + Clone, views: &Views) -> Self {
        let guess = Guess::new(formulas.clone(), views);
        let mut index = Self::default();
        index.by_view.resize_with(views.len(), Bounds::default);
        for (formula, rule) in formulas.zip(0_u32..) {
            index.rules += 1;
            match guess.guard(formula, views) {
                None => index.unguarded.push(rule),
                Some(guard) => index.enter(&guard, rule, views.idle()),
            }
        }
        for bounds in &mut index.by_view {
            bounds.only_from.sort_by(|a, b| a.0.total_cmp(&b.0));
            bounds.only_to.sort_by(|a, b| b.0.total_cmp(&a.0));
            bounds.points.sort_by(|a, b| a.bound.total_cmp(&b.bound));
            bounds.from.sort_by(|a, b| a.bound.total_cmp(&b.bound));
            bounds.to.sort_by(|a, b| b.bound.total_cmp(&a.bound));
            bounds.between.sort_by(|a, b| a.0.bound.total_cmp(&b.0.bound));
        }
        index
    }

    fn enter(&mut self, guard: &Guard, rule: u32, idle: u32) {
        let always = Test { view: idle, low: f64::NEG_INFINITY, high: f64::INFINITY };
        let second = guard.second.unwrap_or(always);
        let entry = |bound: f64| Entry { bound, second, rule, exact: if guard.exact { u64::MAX } else { 0 } };
        let only = guard.exact && guard.second.is_none();
        for Test { view, low, high } in guard.tests.iter().copied() {
            let Some(bounds) = self.by_view.get_mut(view as usize) else { continue };
            if low == high {
                bounds.points.push(entry(low));
            } else if only && high == f64::INFINITY {
                bounds.only_from.push((low, rule));
            } else if only && low == f64::NEG_INFINITY {
                bounds.only_to.push((high, rule));
            } else if high == f64::INFINITY {
                bounds.from.push(entry(low));
            } else if low == f64::NEG_INFINITY {
                bounds.to.push(entry(high));
            } else {
                bounds.between.push((entry(low), high));
            }
        }
        for view in &guard.empty {
            if let Some(bounds) = self.by_view.get_mut(*view as usize) {
                bounds.empty.push(entry(0.0));
            }
        }
    }

    /// The rules that are true, unknown or to be looked at, 64 a word. `numbers` are of the views, by place.
    pub(crate) fn find(&self, numbers: &[f64]) -> Vec<Found> {
        let mut found = vec![[0; 3]; self.rules.div_ceil(64)];
        for rule in &self.unguarded {
            if let Some([_, _, check]) = found.get_mut(*rule as usize / 64) {
                *check |= 1 << (rule % 64);
            }
        }
        for (bounds, x) in self.by_view.iter().zip(numbers.iter().copied()) {
            if x.is_nan() { bounds.find_unknown(numbers, &mut found) } else { bounds.find(x, numbers, &mut found) }
        }
        found
    }
}

impl Bounds {
    fn find(&self, x: f64, numbers: &[f64], found: &mut [Found]) {
        let to = self.only_from.partition_point(|(low, _)| *low <= x);
        mark(self.only_from.get(..to), 0, found);
        let to = self.only_to.partition_point(|(high, _)| *high >= x);
        mark(self.only_to.get(..to), 0, found);
        let from = self.points.partition_point(|entry| entry.bound < x);
        let to = self.points.partition_point(|entry| entry.bound <= x);
        for entry in self.points.get(from..to).unwrap_or_default() {
            entry.hit(false, numbers, found);
        }
        let to = self.from.partition_point(|entry| entry.bound <= x);
        for entry in self.from.get(..to).unwrap_or_default() {
            entry.hit(false, numbers, found);
        }
        let to = self.to.partition_point(|entry| entry.bound >= x);
        for entry in self.to.get(..to).unwrap_or_default() {
            entry.hit(false, numbers, found);
        }
        let to = self.between.partition_point(|(entry, _)| entry.bound <= x);
        for (entry, high) in self.between.get(..to).unwrap_or_default() {
            if x <= *high {
                entry.hit(false, numbers, found);
            }
        }
    }

    /// The guard itself is unknown.
    fn find_unknown(&self, numbers: &[f64], found: &mut [Found]) {
        mark(Some(&self.only_from), 1, found);
        mark(Some(&self.only_to), 1, found);
        let between = self.between.iter().map(|(entry, _)| entry);
        for entry in self.points.iter().chain(&self.from).chain(&self.to).chain(between).chain(&self.empty) {
            entry.hit(true, numbers, found);
        }
    }
}

/// Marks rules as true (0) or unknown (1).
#[inline]
fn mark(rules: Option<&[(f64, u32)]>, place: usize, found: &mut [Found]) {
    for (_, rule) in rules.unwrap_or_default() {
        if let Some(word) = found.get_mut(*rule as usize / 64)
            && let Some(bits) = word.get_mut(place)
        {
            *bits |= 1 << (rule % 64);
        }
    }
}

impl Entry {
    /// The guard holds or is unknown: does the second test?
    #[inline]
    fn hit(&self, guard_is_unknown: bool, numbers: &[f64], found: &mut [Found]) {
        let x = numbers.get(self.second.view as usize).copied().unwrap_or(f64::NAN);
        // NaN is on neither side.
        let fails = (x < self.second.low) | (x > self.second.high);
        let unknown = guard_is_unknown | x.is_nan();
        let bit = u64::from(!fails) << (self.rule % 64);
        let unknown = if unknown { bit } else { 0 };
        if let Some(word) = found.get_mut(self.rule as usize / 64) {
            word[0] |= bit & !unknown & self.exact;
            word[1] |= unknown & self.exact;
            word[2] |= bit & !self.exact;
        }
    }
}
