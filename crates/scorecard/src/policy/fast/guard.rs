//! Guards: by which of its tests a rule is found.

use super::{formula::Formula, views::Views};

/// One interval of one view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Test {
    pub(super) view: u32,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// How a rule is found.
pub(super) struct Guard {
    /// Of these at least one is true, or unknown, wherever the rule is.
    pub(super) tests: Vec<Test>,
    /// Views that tests without any interval are of: never true, but unknown where the view is.
    pub(super) empty: Vec<u32>,
    /// A further test that must hold (or be unknown) too.
    pub(super) second: Option<Test>,
    /// Whether the guard and the second test are the whole rule.
    pub(super) exact: bool,
}

/// A guess of how often tests hold: from the numbers that all rules compare a view with. Where an applicant's value lies
/// is not known, but rules are written about the values that there are.
pub(super) struct Guess {
    /// By view: numbers in ascending order, spread over those that rules name.
    samples: Vec<Vec<f64>>,
}

/// Numbers that are kept of each view.
const SAMPLES: usize = 64;

impl Guess {
    pub(super) fn new<'a>(formulas: impl Iterator<Item = &'a Formula>, views: &Views) -> Self {
        let mut samples = vec![Vec::new(); views.len()];
        for formula in formulas {
            collect(formula, &mut samples);
        }
        for numbers in &mut samples {
            numbers.sort_unstable_by(f64::total_cmp);
            numbers.dedup();
            if numbers.len() > SAMPLES {
                *numbers = (0..SAMPLES).filter_map(|at| numbers.get(at * numbers.len() / SAMPLES).copied()).collect();
            }
        }
        Self { samples }
    }

    /// The share of values that an interval holds.
    fn share(&self, test: &Test) -> f64 {
        let Some(numbers) = self.samples.get(test.view as usize) else { return 1.0 };
        let below = numbers.partition_point(|number| *number < test.low);
        let up_to = numbers.partition_point(|number| *number <= test.high);
        (up_to.saturating_sub(below) as f64 + 0.5) / (numbers.len() as f64 + 1.0)
    }

    /// How a rule is best found; nothing where each decision must look at it.
    pub(super) fn guard(&self, formula: &Formula, views: &Views) -> Option<Guard> {
        let parts = match formula {
            Formula::All(parts) => parts,
            other => std::slice::from_ref(other),
        };
        let costs = parts.iter().enumerate().filter_map(|(at, part)| Some((at, self.cost(part, views)?)));
        let (first, _) = costs.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let others = parts.iter().enumerate().filter(|(at, _)| *at != first).filter_map(|(_, part)| match part {
            Formula::Within(view, low, high) if !views.is_late(*view) => {
                Some(Test { view: *view, low: *low, high: *high })
            }
            _ => None,
        });
        let second = others.min_by(|a, b| self.share(a).total_cmp(&self.share(b)));
        let part = parts.get(first)?;
        let whole = parts.len() == 1 || (parts.len() == 2 && second.is_some());
        let mut guard = Guard { tests: Vec::new(), empty: Vec::new(), second, exact: whole && is_exact(part) };
        self.fill(part, views, &mut guard);
        Some(guard)
    }

    /// What looking a rule up by this part costs, if it can be looked up by it.
    fn cost(&self, part: &Formula, views: &Views) -> Option<f64> {
        // An interval that does not hold costs something too, least where it is a single number.
        let of = |view: u32, low: f64, high: f64| {
            let passed = if low == high { 0.001 } else { 0.02 };
            self.share(&Test { view, low, high }) + passed
        };
        match part {
            // What is never true is never looked at.
            Formula::Constant(truth) => (!truth).then_some(0.0),
            Formula::Within(view, low, high) => (!views.is_late(*view)).then(|| of(*view, *low, *high)),
            Formula::Among(view, set) => {
                (!views.is_late(*view)).then(|| set.intervals().iter().map(|(low, high)| of(*view, *low, *high)).sum())
            }
            Formula::All(parts) => parts.iter().filter_map(|part| self.cost(part, views)).min_by(f64::total_cmp),
            Formula::Any(parts) => parts.iter().map(|part| self.cost(part, views)).sum(),
        }
    }

    fn fill(&self, part: &Formula, views: &Views, guard: &mut Guard) {
        match part {
            Formula::Constant(_) => {}
            Formula::Within(view, low, high) => guard.tests.push(Test { view: *view, low: *low, high: *high }),
            Formula::Among(view, set) => {
                let tests = set.intervals().iter().map(|(low, high)| Test { view: *view, low: *low, high: *high });
                guard.tests.extend(tests);
                if set.intervals().is_empty() {
                    guard.empty.push(*view);
                }
            }
            Formula::All(parts) => {
                let costs = parts.iter().filter_map(|part| Some((part, self.cost(part, views)?)));
                if let Some((cheapest, _)) = costs.min_by(|a, b| a.1.total_cmp(&b.1)) {
                    self.fill(cheapest, views, guard);
                }
            }
            Formula::Any(parts) => parts.iter().for_each(|part| self.fill(part, views, guard)),
        }
    }
}

/// The finite ends of every interval.
fn collect(formula: &Formula, samples: &mut [Vec<f64>]) {
    let mut add = |view: u32, low: f64, high: f64| {
        if let Some(numbers) = samples.get_mut(view as usize) {
            numbers.extend([low, high].iter().filter(|end| end.is_finite()));
        }
    };
    match formula {
        Formula::Constant(_) => {}
        Formula::Within(view, low, high) => add(*view, *low, *high),
        Formula::Among(view, set) => set.intervals().iter().for_each(|(low, high)| add(*view, *low, *high)),
        Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| collect(part, samples)),
    }
}

/// Whether a part is nothing but tests of which one must hold.
fn is_exact(part: &Formula) -> bool {
    let is_test = |formula: &Formula| matches!(formula, Formula::Within(..) | Formula::Among(..));
    match part {
        Formula::Any(parts) => parts.iter().all(is_test),
        other => is_test(other),
    }
}
