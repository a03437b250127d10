//! From values to places on paper.

/// A straight map from values to places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Maps `from` to `start` and `to` to `end`. Values that do not differ, or are not finite, all map to the middle.
    pub fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        Self { from, to, start, end }
    }

    /// The place of a value, never off the plot.
    pub fn at(&self, value: f64) -> f64 {
        let share = (value - self.from) / (self.to - self.from);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 };
        self.start + share * (self.end - self.start)
    }
}

/// Round values from `low` to `high`, about `count` of them, and the decimals that tell them apart. The step is 1, 2 or 5 times a power
/// of ten (Heckbert, "Nice numbers for graph labels", *Graphics Gems*, 1990).
pub fn ticks(low: f64, high: f64, count: u32) -> (Vec<f64>, usize) {
    let Some(step) = nice_step(low, high, count) else { return (vec![low], 0) };
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    if (last - first).is_nan() || last - first > 1000.0 {
        return (vec![low], 0);
    }
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 12.0) as usize;
    ((0..=(last - first).max(0.0) as u32).map(|i| (first + f64::from(i)) * step).collect(), decimals)
}

/// The ends of an axis widened until [`ticks`] of as many values puts one on each.
pub fn nice_domain(low: f64, high: f64, count: u32) -> (f64, f64) {
    let (mut low, mut high) = (low, high);
    // A wider axis may have a longer step, which widens it again; two rounds settle it.
    for _ in 0..3 {
        let Some(step) = nice_step(low, high, count) else {
            return if low.is_finite() { (low - 0.5, low + 0.5) } else { (0.0, 1.0) };
        };
        (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    }
    (low, high)
}

fn nice_step(low: f64, high: f64, count: u32) -> Option<f64> {
    let width = (high - low) / f64::from(count.max(1));
    if !(width.is_finite() && width > low.abs().max(high.abs()) * 1e-12) {
        return None;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(width)));
    let rest = width / power;
    let nice = if rest < 1.5 {
        1.0
    } else if rest < 3.5 {
        2.0
    } else if rest < 7.5 {
        5.0
    } else {
        10.0
    };
    Some(nice * power)
}

/// A place as SVG has it: at most two decimals, so that bytes are few and the same everywhere.
pub fn px(place: f64) -> String {
    let text = format!("{place:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(0.0, 1.0, 5).0.len(), 6);
        assert_eq!(ticks(413.0, 689.0, 6), (vec![450.0, 500.0, 550.0, 600.0, 650.0], 0));
        assert_eq!(ticks(0.0, 0.03, 3).1, 2);
        assert_eq!(ticks(7.0, 7.0, 4), (vec![7.0], 0));
        assert_eq!(nice_domain(413.0, 689.0, 6), (400.0, 700.0));
        assert_eq!(nice_domain(7.0, 7.0, 6), (6.5, 7.5));
        let (_, high) = nice_domain(0.0, 0.173, 5);
        assert!((high - 0.2).abs() < 1e-12 && (ticks(0.0, high, 5).0.last().unwrap() - high).abs() < 1e-12);
        assert_eq!(nice_domain(f64::NAN, 7.0, 6), (0.0, 1.0));
    }

    #[test]
    fn places_are_short_and_on_the_plot() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert_eq!([scale.at(0.0), scale.at(2.5), scale.at(99.0), scale.at(f64::NAN)], [100.0, 75.0, 0.0, 50.0]);
        assert_eq!([px(1.0), px(1.256), px(-0.001), px(10.0)], ["1", "1.26", "0", "10"]);
    }

    proptest! {
        #[test]
        fn any_range_gives_few_ticks_within_it(a in any::<f64>(), b in any::<f64>()) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let (found, _) = ticks(low, high, 6);
            prop_assert!(found.len() <= 16);
            if (high - low).is_finite() && found.len() > 1 {
                let slack = (high - low) * 1e-6;
                prop_assert!(found.iter().all(|t| *t >= low - slack && *t <= high + slack));
            }
        }
    }
}
