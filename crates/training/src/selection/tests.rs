use super::*;

/// 2,000 rows: `a` and `b` tell the outcome, `copy` repeats `a`, `noise` tells nothing.
fn sample() -> (Vec<Vec<u16>>, Vec<bool>) {
    let mut state = 7_u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64) / f64::from(u32::MAX >> 1)
    };
    let mut codes = vec![Vec::new(); 4];
    let mut bad = Vec::new();
    for _ in 0..2000 {
        let (a, b) = (draw() < 0.5, draw() < 0.5);
        let copy = if draw() < 0.97 { a } else { !a };
        let noise = draw() < 0.5;
        for (column, value) in codes.iter_mut().zip([a, b, copy, noise]) {
            column.push(u16::from(value));
        }
        let eta: f64 = if a { 1.0 } else { -1.0 } + if b { 0.5 } else { -0.5 };
        bad.push(draw() > 1.0 / (1.0 + (-eta).exp()));
    }
    (codes, bad)
}

fn with(options: &SelectionOptions) -> Selection {
    let (codes, bad) = sample();
    let woe = [-1.0, 1.0];
    let names = ["a", "b", "copy", "noise"];
    let columns: Vec<Characteristic<'_>> =
        names.iter().zip(&codes).map(|(name, codes)| Characteristic { name, codes, woe: &woe }).collect();
    let rows: Vec<u32> = (0..2000).collect();
    let design = Design { characteristics: &columns, bad: &bad, weights: None, rows: &rows };
    select(
        &design,
        Strengths { ivs: &[0.8, 0.3, 0.7, 0.001], held_out: false },
        options,
        &RegressionOptions::default(),
        1,
    )
    .unwrap()
}

#[test]
fn each_rule_drops_whom_it_should_and_says_why() {
    let all = SelectionOptions { min_iv: 0.0, max_correlation: 1.0, max_vif: 100.0, ..SelectionOptions::default() };
    let filtered = with(&SelectionOptions::default());
    assert_eq!(filtered.kept, [0, 1]);
    assert_eq!(filtered.dropped[0].rule, Rule::InformationValue);
    assert_eq!((filtered.dropped[1].rule, filtered.dropped[1].beside.as_deref()), (Rule::Correlation, Some("a")));
    let backward = with(&all);
    assert!(backward.kept.contains(&0) && backward.kept.contains(&1) && !backward.kept.contains(&3));
    let lasso = with(&SelectionOptions { method: Method::Lasso, ..all });
    assert!(lasso.kept.contains(&0) && lasso.kept.contains(&1) && !lasso.kept.contains(&3), "{:?}", lasso.kept);
    let inflated = with(&SelectionOptions { max_vif: 2.0, method: Method::None, ..all });
    assert!(inflated.dropped.iter().any(|d| d.rule == Rule::VarianceInflation && d.figure > 2.0));
    let one = with(&SelectionOptions { max_characteristics: Some(1), ..all });
    assert_eq!(one.kept, [0]);
}

#[test]
fn nobody_left_is_said_with_the_strongest_that_there_was() {
    let (codes, bad) = sample();
    let columns = [Characteristic { name: "noise", codes: &codes[3], woe: &[-1.0, 1.0] }];
    let rows: Vec<u32> = (0..2000).collect();
    let design = Design { characteristics: &columns, bad: &bad, weights: None, rows: &rows };
    let refused = |iv: f64, held_out: bool| {
        let strengths = Strengths { ivs: &[iv], held_out };
        let found = select(&design, strengths, &SelectionOptions::default(), &RegressionOptions::default(), 1);
        found.unwrap_err().to_string()
    };
    assert!(refused(0.001, false).contains("the strongest was `noise` with an IV of 0.0010:"));
    assert!(refused(-0.405_5, true).contains("the strongest was `noise` with a held-out IV of -0.4055:"));
    assert!(refused(0.004_999, true).contains("IV of 0.004999:"));
}
