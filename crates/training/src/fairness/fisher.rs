//! Tests of two approval rates.

/// Fisher's exact test, two-sided, of the table `[[a, b], [c, d]]`: the chance, margins held, of a table no likelier than this
/// one (Fisher 1935; the same definition as R's `fisher.test` and SciPy's `fisher_exact`, with their 1e-7 for ties).
///
/// Exact for large counts too: the hypergeometric probability of the table is taken from log-gamma and its neighbours
/// follow by their ratios, outwards until they no longer count, so that time grows with the spread of the
/// distribution and not with its support. Relative error about 1e-15 · N ln N, i.e. below 1e-7 up to tens of millions.
#[must_use]
pub fn fisher_exact(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let Some(table) = Hypergeometric::of(a, b, c, d) else { return 1.0 };
    let observed = a as f64;
    let log_observed = table.log_probability(observed);
    let no_likelier = |x: f64| table.log_probability(x) <= log_observed + 1e-7;
    let mode =
        (((table.drawn + 1.0) * (table.marked + 1.0)) / (table.all + 2.0)).floor().clamp(table.least, table.most);
    if log_observed >= table.log_probability(mode) - 1e-7 {
        return 1.0;
    }
    let near = if observed < mode { table.tail(observed, -1.0) } else { table.tail(observed, 1.0) };
    // The far side: the first value beyond the mode that is no likelier, found by halving since the sides only fall.
    let end = if observed < mode { table.most } else { table.least };
    if !no_likelier(end) {
        return near.min(1.0);
    }
    let (mut likelier, mut unlikelier) = (mode, end);
    while (unlikelier - likelier).abs() > 1.0 {
        let middle = f64::midpoint(likelier, unlikelier).floor();
        if no_likelier(middle) {
            unlikelier = middle;
        } else {
            likelier = middle;
        }
    }
    let far = table.tail(unlikelier, (end - mode).signum());
    (near + far).min(1.0)
}

/// z of the difference of the rates a / (a + b) and c / (c + d) with pooled variance, and its two-sided P. `None` where a row is
/// empty or everybody has the same outcome.
#[must_use]
pub fn two_proportion_z(a: u64, b: u64, c: u64, d: u64) -> Option<(f64, f64)> {
    let (a, b, c, d) = (a as f64, b as f64, c as f64, d as f64);
    let (n, m) = (a + b, c + d);
    let pooled = (a + c) / (n + m);
    let z = (a / n - c / m) / (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    z.is_finite().then(|| (z, libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)))
}

/// The distribution of the number of marked among `drawn` of `all`, `marked` of which are marked.
struct Hypergeometric {
    all: f64,
    marked: f64,
    drawn: f64,
    least: f64,
    most: f64,
}

impl Hypergeometric {
    /// `None` where there is nothing to compare: an empty row or column.
    fn of(a: u64, b: u64, c: u64, d: u64) -> Option<Self> {
        let (a, b, c, d) = (a as f64, b as f64, c as f64, d as f64);
        let (all, marked, drawn) = (a + b + c + d, a + c, a + b);
        let degenerate = drawn == 0.0 || c + d == 0.0 || marked == 0.0 || b + d == 0.0;
        (!degenerate).then(|| Self {
            all,
            marked,
            drawn,
            least: (drawn + marked - all).max(0.0),
            most: drawn.min(marked),
        })
    }

    fn log_probability(&self, x: f64) -> f64 {
        log_choose(self.marked, x) + log_choose(self.all - self.marked, self.drawn - x)
            - log_choose(self.all, self.drawn)
    }

    /// P(from) + P(from + step) + … to the end of the support; the terms must fall.
    fn tail(&self, from: f64, step: f64) -> f64 {
        let (mut x, mut term) = (from, 1.0);
        let mut sum = 0.0;
        while x >= self.least && x <= self.most && term > sum * 1e-18 {
            sum += term;
            term *= if step > 0.0 { self.ratio(x) } else { 1.0 / self.ratio(x - 1.0) };
            x += step;
        }
        sum * libm::exp(self.log_probability(from))
    }

    /// P(x + 1) / P(x).
    fn ratio(&self, x: f64) -> f64 {
        (self.marked - x) * (self.drawn - x) / ((x + 1.0) * (self.all - self.marked - self.drawn + x + 1.0))
    }
}

fn log_choose(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p_values_are_those_of_scipy() {
        // [float(scipy.stats.fisher_exact([[a, b], [c, d]])[1]) for a, b, c, d in ...], SciPy 1.17.1
        for (table, expected) in FISHER {
            let [a, b, c, d] = table;
            let found = fisher_exact(a, b, c, d);
            assert!((found / expected - 1.0).abs() < 1e-6, "{table:?}: {found} {expected}");
        }
    }

    #[test]
    fn z_is_that_of_the_textbook() {
        // p1, p2 = 45/100, 60/110; pooled = 105/210; z = (p1 - p2) / sqrt(.25 * (1/100 + 1/110)); 2 * norm.sf(abs(z))
        //   -> -1.3816985594155144, 0.16706427691489423
        let (z, p) = two_proportion_z(45, 55, 60, 50).unwrap();
        assert!((z + 1.381_698_559_415_514_4).abs() < 1e-12, "{z}");
        assert!((p - 0.167_064_276_914_894_23).abs() < 1e-12, "{p}");
        assert_eq!(two_proportion_z(0, 0, 1, 1), None);
        assert_eq!(two_proportion_z(5, 0, 7, 0), None);
    }

    #[test]
    fn tables_with_nothing_to_compare_say_nothing() {
        assert_eq!(fisher_exact(0, 0, 3, 4), 1.0);
        assert_eq!(fisher_exact(3, 0, 4, 0), 1.0);
        assert_eq!(fisher_exact(0, 0, 0, 0), 1.0);
    }

    /// By definition, each probability a product of whole numbers' ratios.
    fn naive(a: u64, b: u64, c: u64, d: u64) -> f64 {
        let choose = |n: u64, k: u64| (0..k).fold(1.0, |p, i| p * (n - i) as f64 / (i + 1) as f64);
        let (marked, drawn, all) = (a + c, a + b, a + b + c + d);
        let p = |x: u64| choose(marked, x) * choose(all - marked, drawn - x) / choose(all, drawn);
        let least = (drawn + marked).saturating_sub(all);
        (least..=drawn.min(marked)).map(p).filter(|q| *q <= p(a) * (1.0 + 1e-7)).sum::<f64>().min(1.0)
    }

    proptest! {
        #[test]
        fn the_fast_way_gives_what_the_definition_gives(a in 0_u64..40, b in 0_u64..40, c in 0_u64..40, d in 0_u64..40) {
            let (found, expected) = (fisher_exact(a, b, c, d), naive(a, b, c, d));
            prop_assert!((found - expected).abs() <= 1e-9 * expected, "{} {}", found, expected);
        }

        #[test]
        fn any_counts_give_a_probability(table in proptest::array::uniform4(0_u64..100_000_000)) {
            let [a, b, c, d] = table;
            prop_assert!((0.0..=1.0).contains(&fisher_exact(a, b, c, d)));
        }
    }

    /// The table, P.
    const FISHER: [([u64; 4], f64); 6] = [
        ([8, 2, 1, 5], 0.034965034965034975),
        ([45, 55, 60, 50], 0.2135789649369671),
        ([120, 80, 900, 400], 0.01145004462472993),
        ([3, 27, 400, 570], 0.00044126789518892956),
        ([70000, 30000, 401000, 169000], 0.025357274699051125),
        ([70400, 29600, 700000, 300000], 0.008494758287974418),
    ];
}
