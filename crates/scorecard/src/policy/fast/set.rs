//! Sets of numbers: closed intervals of doubles, in order, apart from one another.

/// A union of closed intervals. NaN is in none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Set(Vec<(f64, f64)>);

impl Set {
    /// `[low, high]`; empty where the ends are crossed or NaN. Zero is stored without its sign, which no comparison sees.
    pub(crate) fn interval(low: f64, high: f64) -> Self {
        Self(if low <= high { vec![(low + 0.0, high + 0.0)] } else { Vec::new() })
    }

    pub(crate) fn point(value: f64) -> Self {
        Self::interval(value, value)
    }

    pub(crate) fn above(bound: f64, inclusive: bool) -> Self {
        // Above infinity is nothing: it is its own next double.
        if !inclusive && bound == f64::INFINITY {
            return Self(Vec::new());
        }
        Self::interval(if inclusive { bound } else { (bound + 0.0).next_up() }, f64::INFINITY)
    }

    pub(crate) fn below(bound: f64, inclusive: bool) -> Self {
        if !inclusive && bound == f64::NEG_INFINITY {
            return Self(Vec::new());
        }
        // From plus zero, the next double below is the negative one nearest to zero: minus zero lies between in name only.
        Self::interval(f64::NEG_INFINITY, if inclusive { bound } else { (bound + 0.0).next_down() })
    }

    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let points = values.filter(|value| !value.is_nan()).map(|value| (value + 0.0, value + 0.0));
        Self::normal(points.collect())
    }

    pub(crate) fn intervals(&self) -> &[(f64, f64)] {
        &self.0
    }

    pub(crate) fn union(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        Self::normal(self.0)
    }

    pub(crate) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut from = Some(f64::NEG_INFINITY);
        for (low, high) in &self.0 {
            if let Some(from) = from
                && from < *low
            {
                gaps.push((from, low.next_down() + 0.0));
            }
            from = (*high < f64::INFINITY).then(|| high.next_up() + 0.0);
        }
        gaps.extend(from.map(|from| (from, f64::INFINITY)));
        Self(gaps)
    }

    pub(crate) fn intersection(self, other: &Self) -> Self {
        self.complement().union(other.complement()).complement()
    }

    fn normal(mut intervals: Vec<(f64, f64)>) -> Self {
        intervals.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut merged: Vec<(f64, f64)> = Vec::with_capacity(intervals.len());
        for (low, high) in intervals {
            match merged.last_mut() {
                Some(last) if low <= last.1 || low == last.1.next_up() => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(set: &Set, x: f64) -> bool {
        set.0.iter().any(|(low, high)| *low <= x && x <= *high)
    }

    #[test]
    fn bounds_are_exact_around_zero_and_at_infinity() {
        assert!(!contains(&Set::above(-0.0, false), 0.0) && !contains(&Set::above(0.0, false), -0.0));
        assert!(contains(&Set::above(0.0, true), -0.0) && contains(&Set::point(-0.0), 0.0));
        assert!(!contains(&Set::below(0.0, false), -0.0) && contains(&Set::below(0.0, false), -5e-324));
        assert!(contains(&Set::above(f64::MAX, false), f64::INFINITY));
        assert!(Set::above(f64::INFINITY, false).0.is_empty() && Set::below(f64::NEG_INFINITY, false).0.is_empty());
        assert_eq!(Set::above(3.0, false).complement(), Set::below(3.0, true));
        assert_eq!(Set::above(0.0, true).complement(), Set::below(-0.0, false));
        assert_eq!(Set::of([0.0, -0.0, 1.0, f64::NAN].into_iter()).0.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn operations_are_those_of_sets(
            a in proptest::collection::vec((-6_i8..6, 0_i8..4), 0..6),
            b in proptest::collection::vec((-6_i8..6, 0_i8..4), 0..6),
        ) {
            let set = |parts: &[(i8, i8)]| parts.iter().fold(Set::interval(1.0, 0.0), |set, (from, length)| {
                set.union(Set::interval(f64::from(*from), f64::from(*from + *length)))
            });
            let (a, b) = (set(&a), set(&b));
            let exact: Vec<f64> = (-8..14).map(f64::from).collect();
            let beside = exact.iter().flat_map(|x| [x.next_down(), *x, x.next_up()]);
            for x in beside.chain([0.5, -0.0, f64::INFINITY, f64::NEG_INFINITY]) {
                let (in_a, in_b) = (contains(&a, x), contains(&b, x));
                proptest::prop_assert_eq!(contains(&a.complement(), x), !in_a);
                proptest::prop_assert_eq!(contains(&a.clone().union(b.clone()), x), in_a || in_b);
                proptest::prop_assert_eq!(contains(&a.clone().intersection(&b), x), in_a && in_b);
            }
            proptest::prop_assert_eq!(a.complement().complement(), a);
        }
    }
}
