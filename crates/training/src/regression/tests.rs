use proptest::prelude::*;

use super::*;

const PLAIN: RegressionOptions =
    RegressionOptions { ridge: 0.0, non_negative: false, cross_fit: 0, max_iterations: 50 };

fn design<'a>(columns: &'a [Characteristic<'a>], bad: &'a [bool], rows: &'a [u32]) -> Design<'a> {
    Design { characteristics: columns, bad, weights: None, rows }
}

/// Goods and bads of each code.
fn table(counts: &[(usize, usize)]) -> (Vec<u16>, Vec<bool>) {
    let (mut codes, mut bad) = (Vec::new(), Vec::new());
    for (code, (goods, bads)) in (0_u16..).zip(counts) {
        codes.extend(std::iter::repeat_n(code, goods + bads));
        bad.extend(std::iter::repeat_n(false, *goods));
        bad.extend(std::iter::repeat_n(true, *bads));
    }
    (codes, bad)
}

#[test]
fn a_fourfold_table_has_a_closed_form() {
    let (codes, bad) = table(&[(40, 60), (90, 10)]);
    let rows: Vec<u32> = (0..200).collect();
    let columns = [Characteristic { name: "x", codes: &codes, woe: &[0.0, 1.0] }];
    let fit = fit(&design(&columns, &bad, &rows), &PLAIN).unwrap();
    let slope = (90.0_f64 / 10.0).ln() - (40.0_f64 / 60.0).ln();
    assert!((fit.intercept.value - (40.0_f64 / 60.0).ln()).abs() < 1e-9);
    assert!((fit.coefficients[0].value - slope).abs() < 1e-9);
    // Woolf (1955): the variance of a log odds ratio is the sum of the reciprocals of the four counts.
    let error = (1.0 / 40.0 + 1.0 / 60.0 + 1.0 / 90.0 + 1.0 / 10.0_f64).sqrt();
    assert!((fit.coefficients[0].standard_error.unwrap() - error).abs() < 1e-9);
    assert!((fit.coefficients[0].interval().unwrap()[1] - (slope + 1.959_963_984_540_054 * error)).abs() < 1e-8);
    let p = fit.coefficients[0].p_value().unwrap();
    assert!(p > 0.0 && p < 1e-9);
    assert!((fit.null_log_likelihood - (130.0 * 0.65_f64.ln() + 70.0 * 0.35_f64.ln())).abs() < 1e-9);
}

#[test]
fn one_characteristic_in_woe_has_a_coefficient_of_one() {
    let (codes, bad) = table(&[(30, 70), (60, 40), (95, 5)]);
    let (goods, bads) = (185.0_f64, 115.0_f64);
    let woe: Vec<f64> = [(30.0, 70.0), (60.0, 40.0), (95.0, 5.0)]
        .iter()
        .map(|(g, b): &(f64, f64)| (g / goods / (b / bads)).ln())
        .collect();
    let rows: Vec<u32> = (0..300).collect();
    let columns = [Characteristic { name: "x", codes: &codes, woe: &woe }];
    let fit = fit(&design(&columns, &bad, &rows), &PLAIN).unwrap();
    assert!((fit.coefficients[0].value - 1.0).abs() < 1e-9);
    assert!((fit.intercept.value - (goods / bads).ln()).abs() < 1e-9);
}

#[test]
fn separation_and_collinearity_name_the_characteristic() {
    let (codes, bad) = table(&[(50, 0), (0, 50)]);
    let rows: Vec<u32> = (0..100).collect();
    let columns = [Characteristic { name: "leak", codes: &codes, woe: &[1.0, -1.0] }];
    for ridge in [0.0, 1.0] {
        let error = fit(&design(&columns, &bad, &rows), &RegressionOptions { ridge, ..PLAIN }).unwrap_err().to_string();
        assert!(error.contains("separation") && error.contains("`leak`"), "{error}");
    }
    let (codes, bad) = table(&[(40, 60), (90, 10)]);
    let rows: Vec<u32> = (0..200).collect();
    let twice = [
        Characteristic { name: "x", codes: &codes, woe: &[0.0, 1.0] },
        Characteristic { name: "again", codes: &codes, woe: &[2.0, 5.0] },
    ];
    let error = fit(&design(&twice, &bad, &rows), &PLAIN).unwrap_err().to_string();
    assert!(error.contains("collinearity") && error.contains("`again`"), "{error}");
    let correlation = correlation(&design(&twice, &bad, &rows));
    assert!((correlation[(0, 1)] - 1.0).abs() < 1e-12);
    assert!(variance_inflation(&correlation).iter().all(|factor| *factor > 1e10));
}

#[test]
fn weights_count_as_repeated_rows() {
    let (codes, bad) = table(&[(4, 6), (9, 1)]);
    let rows: Vec<u32> = (0..20).collect();
    let weights = vec![10.0; 20];
    let columns = [Characteristic { name: "x", codes: &codes, woe: &[0.0, 1.0] }];
    let weighted = Design { weights: Some(&weights), ..design(&columns, &bad, &rows) };
    let weighted = fit(&weighted, &PLAIN).unwrap();
    let (codes, bad) = table(&[(40, 60), (90, 10)]);
    let rows: Vec<u32> = (0..200).collect();
    let columns = [Characteristic { name: "x", codes: &codes, woe: &[0.0, 1.0] }];
    let repeated = fit(&design(&columns, &bad, &rows), &PLAIN).unwrap();
    let (a, b) = (weighted.coefficients[0], repeated.coefficients[0]);
    assert!((a.value - b.value).abs() < 1e-9 && (a.standard_error.unwrap() - b.standard_error.unwrap()).abs() < 1e-9);
}

proptest! {
    /// Karush–Kuhn–Tucker: a free coefficient has no gradient left, one at 0 is pulled below it.
    #[test]
    fn the_solution_is_optimal(
        seed in any::<u64>(), columns in 1..6_usize, non_negative in any::<bool>(), ridge in prop_oneof![Just(0.5), Just(5.0)],
    ) {
        let mut state = seed | 1;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let codes: Vec<Vec<u16>> = (0..columns).map(|_| (0..300).map(|_| draw(4) as u16).collect()).collect();
        let bad: Vec<bool> = (0..300).map(|row| draw(10) < 2 + u64::from(codes[0][row])).collect();
        let woe = [0.9, 0.2, -0.3, -0.8];
        let columns: Vec<Characteristic<'_>> =
            codes.iter().map(|codes| Characteristic { name: "x", codes, woe: &woe }).collect();
        let rows: Vec<u32> = (0..300).collect();
        let design = design(&columns, &bad, &rows);
        let fit = fit(&design, &RegressionOptions { ridge, non_negative, cross_fit: 0, max_iterations: 100 }).unwrap();
        let beta: Vec<f64> = std::iter::once(fit.intercept.value).chain(fit.coefficients.iter().map(|e| e.value)).collect();
        let system = newton_system::at(&design, &nalgebra::DVector::from_vec(beta.clone()));
        prop_assert!(system.gradient[0].abs() < 1e-3);
        for (index, beta) in beta.iter().enumerate().skip(1) {
            let gradient = system.gradient[index] - ridge * beta;
            if non_negative && *beta <= 0.0 {
                prop_assert!(*beta == 0.0 && gradient < 1e-3, "held at {} with gradient {}", beta, gradient);
            } else {
                prop_assert!(gradient.abs() < 1e-3, "gradient {}", gradient);
            }
        }
    }
}
