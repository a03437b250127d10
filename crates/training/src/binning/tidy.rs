//! Cut points that a person can read.

/// The decimal with the fewest digits that separates `below` from `above`: greater than the one, at most the other,
/// so that no record changes its bin.
pub(super) fn between(below: f64, above: f64) -> f64 {
    let middle = below / 2.0 + above / 2.0;
    let separates = |cut: f64| below < cut && cut <= above;
    let Some(largest) = finite_exponent(above - below) else { return above };
    for exponent in (largest - 18..=largest + 1).rev() {
        // A power of ten below one is no double: divide by the whole power instead.
        let cut = match exponent {
            0.. => (middle / 10_f64.powi(exponent)).round() * 10_f64.powi(exponent),
            _ => (middle * 10_f64.powi(-exponent)).round() / 10_f64.powi(-exponent),
        };
        if separates(cut) {
            return cut;
        }
    }
    above
}

fn finite_exponent(gap: f64) -> Option<i32> {
    (gap.is_finite() && gap > 0.0).then(|| gap.log10().floor() as i32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_decimals() {
        assert_eq!(between(11.0, 12.0), 12.0);
        assert_eq!(between(3913.2, 4021.7), 4000.0);
        assert_eq!(between(0.1234, 0.1239), 0.1237);
        assert_eq!(between(-1.0, 1.0), 0.0);
    }

    proptest! {
        #[test]
        fn separates(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(a.is_finite() && b.is_finite() && a != b);
            let (below, above) = (a.min(b), a.max(b));
            let cut = between(below, above);
            prop_assert!(below < cut && cut <= above);
        }
    }
}
