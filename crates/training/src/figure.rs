//! Figures that stand beside a limit.

/// Decimals with which a figure stands on the side of each limit on which it lies: at least so many, more where it would
/// read as the limit itself.
pub(crate) fn decimals_beside(value: f64, limits: &[f64], least: usize) -> usize {
    const MOST: usize = 12;
    let tells = |decimals: &usize| {
        let shown = format!("{value:.decimals$}").parse::<f64>().unwrap_or(value);
        limits.iter().all(|limit| shown.partial_cmp(limit) == value.partial_cmp(limit))
    };
    if !value.is_finite() {
        return least;
    }
    (least..=MOST).find(tells).unwrap_or(MOST)
}

/// The figure in so many decimals.
pub(crate) fn beside(value: f64, limit: f64, least: usize) -> String {
    let decimals = decimals_beside(value, &[limit], least);
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_never_reads_as_the_limit_that_it_misses() {
        assert_eq!(beside(0.79786, 0.8, 2), "0.798");
        assert_eq!(beside(0.799_99, 0.8, 2), "0.79999");
        assert_eq!(beside(0.8, 0.8, 2), "0.80");
        assert_eq!(beside(0.5, 0.8, 2), "0.50");
        assert_eq!(beside(0.004_99, 0.005, 4), "0.00499");
        assert_eq!(beside(99.6, 100.0, 0), "99.6");
        assert_eq!(beside(0.157_2, 0.157, 3), "0.1572");
        assert_eq!(beside(-0.000_1, 0.0, 3), "-0.0001");
        assert_eq!(beside(f64::NAN, 0.5, 1), "NaN");
        assert_eq!(decimals_beside(0.100_04, &[0.1, 0.25], 3), 5);
    }
}
