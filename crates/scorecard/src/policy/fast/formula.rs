//! Formulas: sets of views joined by and, or. Not is gone: it goes down to the sets, whose complements are exact.

use super::{set::Set, views::Values};

/// Whether something holds. And is the least, or the greatest: Kleene's logic, which is CEL's of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

/// A rule in the compact form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    Constant(bool),
    /// A view lies in one interval.
    Within(u32, f64, f64),
    /// A view lies in one of several intervals.
    Among(u32, Box<Set>),
    All(Box<[Formula]>),
    Any(Box<[Formula]>),
}

impl Formula {
    /// A view lies in a set.
    pub(crate) fn test(view: u32, set: Set) -> Self {
        match set.intervals() {
            [(low, high)] => Self::Within(view, *low, *high),
            _ => Self::Among(view, Box::new(set)),
        }
    }

    /// The view and set of a test.
    pub(crate) fn as_test(&self) -> Option<(u32, Set)> {
        match self {
            Self::Within(view, low, high) => Some((*view, Set::interval(*low, *high))),
            Self::Among(view, set) => Some((*view, (**set).clone())),
            _ => None,
        }
    }

    /// True where this is false, unknown where it is unknown.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Constant(truth) => Self::Constant(!truth),
            Self::Within(view, low, high) => Self::test(view, Set::interval(low, high).complement()),
            Self::Among(view, set) => Self::test(view, set.complement()),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::negated).collect()),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::negated).collect()),
        }
    }

    /// All of these.
    pub(crate) fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, true)
    }

    /// Any of these.
    pub(crate) fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, false)
    }

    /// Joins parts: nested joins of the same kind are opened, tests of one view become one test, constants vanish.
    fn joined(parts: Vec<Self>, all: bool) -> Self {
        let mut flat: Vec<Self> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(inner) if all => flat.extend(inner),
                Self::Any(inner) if !all => flat.extend(inner),
                // True among all, false among any: says nothing.
                Self::Constant(truth) if truth == all => {}
                Self::Constant(truth) => return Self::Constant(truth),
                other => flat.push(other),
            }
        }
        let mut kept: Vec<Self> = Vec::with_capacity(flat.len());
        let mut tests: Vec<(u32, Set, usize)> = Vec::new();
        for part in flat {
            let Some((view, set)) = part.as_test() else {
                kept.push(part);
                continue;
            };
            match tests.iter_mut().find(|(known, ..)| *known == view) {
                Some((_, known, _)) => {
                    let before = std::mem::replace(known, Set::interval(1.0, 0.0));
                    *known = if all { before.intersection(&set) } else { before.union(set) };
                }
                None => {
                    tests.push((view, set, kept.len()));
                    kept.push(Self::Constant(all));
                }
            }
        }
        for (view, set, at) in tests {
            if let Some(place) = kept.get_mut(at) {
                *place = Self::test(view, set);
            }
        }
        match (kept.len(), all) {
            (0, truth) => Self::Constant(truth),
            (1, _) => kept.pop().unwrap_or(Self::Constant(all)),
            (_, true) => Self::All(kept.into()),
            (_, false) => Self::Any(kept.into()),
        }
    }

    /// Whether it holds.
    pub(crate) fn truth(&self, values: &mut Values<'_>) -> Truth {
        match self {
            Self::Constant(truth) => of(*truth),
            Self::Within(view, low, high) => {
                let x = values.demand(*view);
                if x.is_nan() { Truth::Unknown } else { of(*low <= x && x <= *high) }
            }
            Self::Among(view, set) => {
                let x = values.demand(*view);
                if x.is_nan() {
                    return Truth::Unknown;
                }
                let intervals = set.intervals();
                let after = intervals.partition_point(|(low, _)| *low <= x);
                of(after.checked_sub(1).and_then(|at| intervals.get(at)).is_some_and(|(_, high)| x <= *high))
            }
            Self::All(parts) => {
                let mut least = Truth::True;
                for part in parts {
                    least = least.min(part.truth(values));
                    if least == Truth::False {
                        break;
                    }
                }
                least
            }
            Self::Any(parts) => {
                let mut greatest = Truth::False;
                for part in parts {
                    greatest = greatest.max(part.truth(values));
                    if greatest == Truth::True {
                        break;
                    }
                }
                greatest
            }
        }
    }
}

fn of(truth: bool) -> Truth {
    if truth { Truth::True } else { Truth::False }
}
