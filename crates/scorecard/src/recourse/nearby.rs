//! Numbers as people would say them, near to one another.

/// Most decimals of a number that is proposed where a shorter one does.
const MOST_DECIMALS: usize = 9;

/// A number in the open interval between `low` and `high`, as near to `present` as numbers of few decimals come; `present` is not in
/// it. Whole where it must be. `None` where there is none.
pub(super) fn between(low: f64, high: f64, present: f64, whole: bool) -> Option<f64> {
    let from_above = present >= high;
    let end = if from_above { high } else { low };
    if !end.is_finite() {
        return None;
    }
    let inside = |x: f64| low < x && x < high && x.is_finite();
    if whole {
        let x = if from_above { (end - 1.0).ceil() } else { (end + 1.0).floor() };
        return inside(x).then_some(x);
    }
    let decimals = decimals(end).max(if present.is_finite() { decimals(present) } else { 0 });
    let stepped = (decimals.min(MOST_DECIMALS)..=MOST_DECIMALS).map(|decimals| {
        let unit = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
        let step = if from_above { -1.0 } else { 1.0 };
        // Through the count of units, so that 0.3 − 0.1 is 0.2.
        ((end * unit).round() + step) / unit
    });
    let beside = if from_above { end.next_down() } else { end.next_up() };
    stepped.chain([beside]).find(|x| inside(*x))
}

/// Decimals that the shortest text of a number has.
fn decimals(x: f64) -> usize {
    x.to_string().split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn they_are_short_and_in_the_interval() {
        assert_eq!(between(12.0, 24.0, 30.0, false), Some(23.0));
        assert_eq!(between(12.0, 24.0, 30.5, false), Some(23.9));
        assert_eq!(between(23.5, 24.0, 30.0, false), Some(23.9));
        assert_eq!(between(0.1, 0.3, 1.0, false), Some(0.2));
        assert_eq!(between(12.0, 24.0, 3.0, true), Some(13.0));
        assert_eq!(between(12.0, 13.0, 3.0, true), None);
        assert_eq!(between(12.5, 24.0, 3.0, true), Some(13.0));
        assert_eq!(between(f64::NEG_INFINITY, 18.0, 30.0, true), Some(17.0));
        assert_eq!(between(1e20, f64::INFINITY, 0.0, false), Some(1e20_f64.next_up()));
    }

    proptest! {
        #[test]
        fn whatever_is_given_is_inside(low in -1e6_f64..1e6, width in 0.0_f64..1e3, present in -1e7_f64..1e7, whole in any::<bool>()) {
            let high = low + width;
            prop_assume!(present <= low || present >= high);
            if let Some(x) = between(low, high, present, whole) {
                prop_assert!(low < x && x < high);
                prop_assert!(!whole || x.fract() == 0.0);
            } else {
                prop_assert!(whole || low.next_up() >= high);
            }
        }
    }
}
