//! The chi-squared distribution.

/// P(X > x) for a chi-squared X with `degrees` degrees of freedom: Q(k/2, x/2), the regularised upper incomplete gamma
/// function (Abramowitz & Stegun 26.4.19), by its series below k/2 + 1 and its continued fraction (modified Lentz) above;
/// good to about 1e-13. Zero degrees of freedom leave all mass at zero. NaN where `x` or `degrees` is no such number.
#[must_use]
pub fn chi_squared_survival(x: f64, degrees: f64) -> f64 {
    if x.is_nan() || !(degrees >= 0.0 && degrees.is_finite()) {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if degrees == 0.0 || x == f64::INFINITY {
        return 0.0;
    }
    let (a, x) = (degrees / 2.0, x / 2.0);
    let scale = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    let q = if x < a + 1.0 { 1.0 - scale * series(a, x) } else { scale * continued_fraction(a, x) };
    q.clamp(0.0, 1.0)
}

/// The x below which a share of the distribution lies, by bisection of [`chi_squared_survival`]. NaN for a share outside 0–1.
#[must_use]
pub fn chi_squared_quantile(share: f64, degrees: f64) -> f64 {
    if !((0.0..1.0).contains(&share) && degrees > 0.0 && degrees.is_finite()) {
        return if share == 1.0 { f64::INFINITY } else { f64::NAN };
    }
    let below = |x: f64| chi_squared_survival(x, degrees) > 1.0 - share;
    let (mut low, mut high) = (0.0, degrees.max(1.0));
    while below(high) && high < 1e300 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Most terms of either expansion; both converge in about √a of them.
const TERMS: u32 = 100_000;

fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for n in 1..TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

fn continued_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..TERMS {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        if d.abs() < TINY {
            d = TINY;
        }
        c = b + an / c;
        if c.abs() < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survival_is_that_of_scipy() {
        // [float(scipy.stats.chi2.sf(x, k)) for x, k in ...], SciPy 1.17.1
        for (x, degrees, expected) in SURVIVAL {
            let found = chi_squared_survival(x, degrees);
            assert!((found - expected).abs() <= 1e-11 * expected.max(1e-3), "{x} {degrees}: {found} {expected}");
        }
        assert_eq!(chi_squared_survival(0.0, 3.0), 1.0);
        assert_eq!(chi_squared_survival(1.0, 0.0), 0.0);
        assert!(chi_squared_survival(f64::NAN, 3.0).is_nan());
    }

    #[test]
    fn quantiles_are_those_of_scipy() {
        // [float(scipy.stats.chi2.ppf(p, k)) for p, k in ...], SciPy 1.17.1
        for (share, degrees, expected) in QUANTILES {
            let found = chi_squared_quantile(share, degrees);
            assert!((found / expected - 1.0).abs() < 1e-10, "{share} {degrees}: {found} {expected}");
        }
        assert!(chi_squared_quantile(1.5, 3.0).is_nan());
    }

    /// x, degrees of freedom, P(X > x).
    const SURVIVAL: [(f64, f64, f64); 8] = [
        (0.5, 1.0, 0.479_500_122_186_953_37),
        (3.84, 1.0, 0.050_043_521_248_705_19),
        (15.507, 8.0, 0.050_005_219_283_280_78),
        (2.0, 8.0, 0.981_011_843_123_846_2),
        (30.0, 10.0, 0.000_856_641_210_775_301),
        (200.0, 150.0, 0.003_973_185_970_821_635),
        (120.0, 150.0, 0.965_925_348_915_676_7),
        (80.0, 8.0, 4.888_864_465_181_043e-14),
    ];

    /// Share below, degrees of freedom, x.
    const QUANTILES: [(f64, f64, f64); 5] = [
        (0.95, 1.0, 3.841_458_820_694_124),
        (0.95, 9.0, 16.918_977_604_620_448),
        (0.5, 19.0, 18.337_652_896_756_474),
        (0.01, 4.0, 0.297_109_480_506_531_9),
        (0.999, 100.0, 149.449_252_779_038_86),
    ];
}
