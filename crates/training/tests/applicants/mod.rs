//! A made-up portfolio, and the report on it: the same on every machine.

use training::{
    drift::{Thresholds, stability},
    fairness::{Applicants, FairnessOptions, compare},
    report::{
        CharacteristicReport, Coefficient, CrossValidation, DataSource, LeftOut, ModelCard, ModelIdentity,
        NamedStability, REPORT_VERSION, ReasonRow, ReasonsReport, Regression, ReportData, RoundingError, Sample,
        SampleReport, ScalingReport, SelectionRow, Setting, Split,
    },
    validation::{Bootstrap, ConfidenceInterval, Estimate, SampleRole, characteristic_table, measure},
};

/// Scores, probabilities of bad, outcomes, and the bin of one characteristic.
pub(crate) struct Portfolio {
    pub(crate) scores: Vec<f64>,
    pub(crate) probabilities: Vec<f64>,
    pub(crate) bad: Vec<bool>,
    pub(crate) bins: Vec<u16>,
    pub(crate) group: Vec<u32>,
}

/// So many applicants, drawn by a seed (Knuth's MMIX congruential generator; uniform draws from its upper bits).
pub(crate) fn portfolio(rows: usize, seed: u64) -> Portfolio {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut out = Portfolio { scores: vec![], probabilities: vec![], bad: vec![], bins: vec![], group: vec![] };
    for _ in 0..rows {
        let bell: f64 = (0..6).map(|_| uniform()).sum::<f64>() - 3.0;
        let group = u32::from(uniform() < 0.3);
        let score = (560.0 + 75.0 * bell - 12.0 * f64::from(group)).round();
        let odds = 2.0_f64.powf((score - 600.0) / 20.0) * 8.0;
        let probability = 1.0 / (1.0 + odds.powf(0.55));
        out.scores.push(score);
        out.probabilities.push(probability);
        out.bad.push(uniform() < probability);
        out.bins.push((((score - 420.0) / 60.0) + uniform() * 1.5).clamp(0.0, 4.0) as u16);
        out.group.push(group);
    }
    out
}

/// A report with every chapter. `name` stands wherever the data names something.
pub(crate) fn report(name: &str) -> ReportData {
    let (train, test) = (portfolio(1400, 1), portfolio(600, 2));
    let bootstrap = Bootstrap { resamples: 200, seed: 1, level: 0.95 };
    let sample = |name: &str, role, of: &Portfolio| {
        let sample = Sample { scores: &of.scores, probabilities: Some(&of.probabilities), bad: &of.bad, weights: None };
        SampleReport::of(name, role, sample, Some(&bootstrap)).unwrap()
    };
    let characteristics: Vec<CharacteristicReport> =
        (0..4).map(|place| characteristic(&format!("{name}{place}"), place, &train, &test)).collect();
    let fold = |seed| {
        let fold = portfolio(400, seed);
        measure(&fold.scores, Some(&fold.probabilities), &fold.bad, None, None).unwrap()
    };
    let interval = |value: f64, half: f64| Estimate {
        value,
        interval: Some(ConfidenceInterval { lower: value - half, upper: value + half, level: 0.95 }),
    };
    ReportData {
        report_version: REPORT_VERSION,
        title: format!("Scorecard {name}"),
        tool: "plimsoll 0.1.0".into(),
        command: Some("plimsoll train applicants.csv".into()),
        created: Some("2026-11-23T12:00:00Z".into()),
        model: ModelIdentity {
            name: name.into(),
            description: format!("Application score of {name}."),
            content_hash: "sha256:3f1c9a7e5b2d4c6e8f0a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f".into(),
        },
        data: DataSource {
            source: format!("{name}.csv"),
            hash: Some("sha256:9b74c9897bac770ffc029102a200c5de1b7b0e4a5f9d5a6b3a1c2d3e4f506172".into()),
            rows: 2000,
            columns: 21,
            target: "default".into(),
            bad_values: vec!["1".into()],
            weight: None,
            protected: vec!["sex".into()],
            excluded: vec!["id".into()],
            left_out: vec![LeftOut { cause: "no target".into(), rows: 12 }],
        },
        split: Split { method: "30 % of each class held out at random".into(), seed: 1 },
        options: vec![
            Setting { name: "--max-bins".into(), value: "10".into() },
            Setting { name: "--min-share".into(), value: "0.05".into() },
            Setting { name: "--trend".into(), value: name.into() },
        ],
        card: ModelCard {
            author: Some(name.into()),
            intended_use: "Ranks applicants for unsecured consumer credit by their probability of going bad.".into(),
            not_for: vec!["Existing customers, businesses, or any product other than the one it was fitted on.".into()],
            limits: vec![
                "Only accepted applicants have outcomes; how the declined would have fared is not known.".into(),
                "The sample does not state its period; a change in the economy is not seen.".into(),
            ],
            definition_of_bad: Some("90 days past due within 12 months".into()),
            materiality: None,
            monitoring: vec![
                "`plimsoll monitor` on each month's applications; PSI above 0.25 calls for a review.".into(),
            ],
        },
        selection: selection(name),
        regression: Some(Regression {
            method: "Newton's method, no ridge, coefficients held at zero or above.".into(),
            coefficients: std::iter::once("intercept".to_owned())
                .chain(characteristics.iter().map(|c| c.name.clone()))
                .zip(0..)
                .map(|(name, place)| Coefficient {
                    name,
                    estimate: interval(0.85 + 0.07 * f64::from(place), 0.2),
                    standard_error: Some(0.102),
                    p_value: Some(if place == 3 { 0.041 } else { 0.00002 }),
                    vif: (place > 0).then_some(1.04 + 0.1 * f64::from(place)),
                })
                .collect(),
            iterations: 6,
            log_likelihood: Some(-612.41),
            null_log_likelihood: Some(-803.77),
            notes: vec![],
        }),
        scaling: Some(ScalingReport {
            pdo: 20.0,
            points: 600.0,
            odds: 50.0,
            lowest: 398.0,
            highest: 721.0,
            initial_score: 0.0,
            decimals: 0,
            rounding: Some(RoundingError { mean_absolute: 0.41, greatest: 1.27, auc_lost: 0.00013 }),
        }),
        stability: drift(&characteristics, &train, &test),
        characteristics,
        fairness: vec![
            compare(
                "sex",
                &["male".into(), format!("female {name}")],
                &train.group,
                Applicants { scores: &train.scores, bad: Some(&train.bad), weights: None },
                540.0,
                &FairnessOptions::default(),
            )
            .unwrap(),
        ],
        reasons: Some(ReasonsReport {
            method: "mean".into(),
            note: "Baselines are the mean points of the 1,400 applicants of the train sample.".into(),
            declined: Some(120),
            at_most: 4,
            characteristics: (0..4)
                .map(|place| ReasonRow {
                    characteristic: format!("{name}{place}"),
                    code: format!("R{place:02}"),
                    text: "Length of time in present employment".into(),
                    maximum: Some(42.0),
                    mean: Some(27.36),
                    mean_at_cutoff: (place != 2).then_some(21.5),
                    given_first: Some(0.25),
                    given: Some(0.5),
                })
                .collect(),
        }),
        cross_validation: Some(CrossValidation {
            method: "Bins, selection and regression are made anew in each fold; the measures are of the fold left out."
                .into(),
            folds: (10..15).map(fold).collect(),
            curve: vec![],
        }),
        samples: vec![sample("train", SampleRole::Development, &train), sample("test", SampleRole::Validation, &test)],
        warnings: vec![format!(
            "`{name}2`: the bad rate of a bin differs by more than 10 points between train and test."
        )],
    }
}

fn characteristic(name: &str, place: usize, train: &Portfolio, test: &Portfolio) -> CharacteristicReport {
    let labels: Vec<String> = match place {
        1 => [
            "A14: no account",
            "A11, A13, A12, A10, A9, A8, a very long list of categories",
            "A2",
            "special: -9",
            "missing",
        ]
        .map(String::from)
        .to_vec(),
        _ => ["< 12", "[12, 24)", "[24, 36)", "[36, 48)", "≥ 48"].map(String::from).to_vec(),
    };
    let points: Vec<Option<f64>> = [-14.0, -3.0, 8.0, 19.0, 31.0].map(Some).to_vec();
    let table = |of: &Portfolio| characteristic_table(&of.bins, &labels, &points, &of.bad, None).unwrap();
    let (bins, test_bins) = (table(train), table(test));
    CharacteristicReport {
        name: name.to_owned(),
        label: (place == 0).then(|| format!("Duration {name}")),
        unit: (place == 0).then(|| "months".to_owned()),
        kind: if place == 1 { "categorical" } else { "numeric" }.to_owned(),
        trend: (place != 1).then(|| "descending".to_owned()),
        information_value: bins.iter().map(|bin| bin.iv).sum(),
        test_information_value: Some(test_bins.iter().map(|bin| bin.iv).sum()),
        bins,
        test_bins,
    }
}

fn drift(characteristics: &[CharacteristicReport], train: &Portfolio, test: &Portfolio) -> Vec<NamedStability> {
    let labels = ["< 500", "[500, 540)", "[540, 580)", "[580, 620)", "≥ 620"].map(String::from);
    let bands = |of: &Portfolio, shift: f64| {
        let mut counts = [0.0; 5];
        for score in &of.scores {
            counts[(((score + shift - 460.0) / 40.0).clamp(0.0, 4.0)) as usize] += 1.0;
        }
        counts
    };
    let index =
        |shift| stability(&labels, &bands(train, 0.0), 1400.0, &bands(test, shift), &Thresholds::default()).unwrap();
    std::iter::once("score".to_owned())
        .chain(characteristics.iter().map(|c| c.name.clone()))
        .zip([0.0, 4.0, 22.0, -45.0, 0.0])
        .map(|(name, shift)| NamedStability { name, stability: index(shift) })
        .collect()
}

fn selection(name: &str) -> Vec<SelectionRow> {
    let mut rows: Vec<SelectionRow> = (0..4)
        .map(|place| SelectionRow {
            column: format!("{name}{place}"),
            information_value: Some(0.4 - 0.08 * f64::from(place)),
            held_out_information_value: None,
            kept: true,
            step: "kept".into(),
            why: String::new(),
        })
        .collect();
    rows.push(SelectionRow {
        column: "telephone".into(),
        information_value: Some(0.0064),
        held_out_information_value: None,
        kept: false,
        step: "information value".into(),
        why: "IV 0.0064 is below 0.02".into(),
    });
    rows
}
