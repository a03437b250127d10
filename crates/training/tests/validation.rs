//! Every figure of validation against an independent reference: numbers of scikit-learn 1.9.1, SciPy 1.17.1 and NumPy 2.4.6
//! on one made-up sample, and naive definitions on random ones.
//!
//! The sample, in NumPy:
//!
//! ```python
//! i = np.arange(400)
//! score = 400 + (i * 7919 % 211).astype(float)
//! p = 0.02 + 0.9 * ((i * 104729 % 997) / 997.0)
//! bad = ((i * 31 + i // 7) % 97) < (25 + (611 - score) / 8)
//! w = 1 + (i % 5) * 0.5
//! q = 1 / (1 + np.exp((score - 480) / 90))
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use training::{
    fairness::{Applicants, FairnessOptions, compare},
    validation::{
        Bootstrap, SampleRole, auc, calibration, curve, cut_offs, gains, ks, measure, score_distribution,
        wilson_interval,
    },
};

struct Made {
    score: Vec<f64>,
    p: Vec<f64>,
    bad: Vec<bool>,
    w: Vec<f64>,
    q: Vec<f64>,
}

fn made() -> Made {
    let i = 0_u32..400;
    let score: Vec<f64> = i.clone().map(|i| f64::from(400 + i * 7919 % 211)).collect();
    let bad = i.clone().zip(&score).map(|(i, s)| f64::from((i * 31 + i / 7) % 97) < 25.0 + (611.0 - s) / 8.0).collect();
    Made {
        p: i.clone().map(|i| 0.02 + 0.9 * (f64::from(i * 104_729 % 997) / 997.0)).collect(),
        bad,
        w: i.map(|i| 1.0 + f64::from(i % 5) * 0.5).collect(),
        q: score.iter().map(|s| 1.0 / (1.0 + ((s - 480.0) / 90.0).exp())).collect(),
        score,
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn measures_are_those_of_scikit_learn() {
    // roc_auc_score(bad, -score, sample_weight=w), max |tpr - fpr| of roc_curve(bad, -score, sample_weight=w,
    // drop_intermediate=False), brier_score_loss(bad, p, sample_weight=w), log_loss(bad, p, sample_weight=w)
    let made = made();
    let expected = [
        (None, [0.600_325_520_833_333_3, 0.181_25, 0.313_731_816_452_366_14, 0.887_432_223_598_534]),
        (
            Some(made.w.as_slice()),
            [0.601_690_930_109_529_5, 0.184_065_808_465_753_6, 0.311_069_686_676_629_7, 0.877_072_736_814_553_4],
        ),
    ];
    for (weights, [area, distance, brier, loss]) in expected {
        let found = measure(&made.score, Some(&made.p), &made.bad, weights, None).unwrap();
        close(found.auc.value, area);
        close(found.gini.value, 2.0 * area - 1.0);
        close(found.ks.value, distance);
        close(found.brier.unwrap().value, brier);
        close(found.log_loss.unwrap().value, loss);
        close(auc(&made.score, &made.bad, weights).unwrap(), area);
        close(ks(&made.score, &made.bad, weights).unwrap().0, distance);
        assert_eq!(found.auc.interval, None);
    }
}

#[test]
fn the_interval_is_that_of_drawing_rows_in_numpy() {
    // 4000 draws of rng.integers(0, 400, 400), percentiles 2.5 and 97.5 of roc_auc_score -> 0.5456, 0.6576
    let made = made();
    let bootstrap = Bootstrap { resamples: 4000, seed: 5, level: 0.95 };
    let found = measure(&made.score, None, &made.bad, None, Some(&bootstrap)).unwrap().auc.interval.unwrap();
    assert!((found.lower - 0.5456).abs() < 0.005 && (found.upper - 0.6576).abs() < 0.005, "{found:?}");
}

#[test]
fn intervals_do_not_depend_on_threads_or_on_the_order_of_rows() {
    let made = made();
    let bootstrap = Bootstrap { resamples: 50, seed: 5, level: 0.9 };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let run = || measure(&made.score, Some(&made.q), &made.bad, Some(&made.w), Some(&bootstrap)).unwrap();
    let one = pool(1).install(run);
    assert_eq!(one, pool(3).install(run));
    let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
    let bad: Vec<bool> = made.bad.iter().rev().copied().collect();
    let (score, q, w) = (reversed(&made.score), reversed(&made.q), reversed(&made.w));
    assert_eq!(one, measure(&score, Some(&q), &bad, Some(&w), Some(&bootstrap)).unwrap());
}

#[test]
fn calibration_is_that_of_newton_in_numpy() {
    // Newton's method on [1] with offset logit(q), and on [1, logit(q)]; standard errors from the inverse Hessian.
    let made = made();
    let found = calibration(&made.q, &made.bad, None, 10, SampleRole::Validation).unwrap();
    let (intercept, slope) = (found.intercept.unwrap(), found.slope.unwrap());
    close(intercept.value, -0.176_961_356_217_662_46);
    close(
        intercept.interval.unwrap().upper,
        -0.176_961_356_217_662_46 + 1.959_963_984_540_054 * 0.107_404_181_981_706_33,
    );
    close(slope.value, 0.523_092_206_649_736_3);
    close(slope.interval.unwrap().lower, 0.523_092_206_649_736_3 - 1.959_963_984_540_054 * 0.154_977_486_198_731_83);
    // Σ (o - e)² / (n p (1 - p)) over the ten groups of distinct q by middle rank; chi2.sf(·, 10) and chi2.sf(·, 8)
    let test = found.hosmer_lemeshow.unwrap();
    close(test.statistic, 18.438_614_473_313_123);
    close(test.p_value, 0.048_000_444_613_013_886);
    let fitted = calibration(&made.q, &made.bad, None, 10, SampleRole::Development).unwrap().hosmer_lemeshow.unwrap();
    assert_eq!(fitted.degrees_of_freedom, 8);
    close(fitted.p_value, 0.018_168_081_855_833);
    assert_eq!(found.groups.iter().map(|group| group.rows).sum::<u64>(), 400);
    // By the formula, z = norm.ppf(0.975), for 6 of 59.
    let wilson = wilson_interval(6.0 / 59.0, 59.0);
    close(wilson.lower, 0.047_447_972_462_404_65);
    close(wilson.upper, 0.204_638_136_262_325_1);
}

#[test]
fn fairness_is_that_of_numpy_and_scipy() {
    // Groups i % 3 at a cut-off of 500; SMD by score.std(), fisher_exact against group 0, roc_auc_score within the group.
    let made = made();
    let groups: Vec<u32> = (0..400).map(|i| i % 3).collect();
    let names = ["a", "b", "c"].map(String::from);
    let applicants = Applicants { scores: &made.score, bad: Some(&made.bad), weights: None };
    let found = compare("group", &names, &groups, applicants, 500.0, &FairnessOptions::default()).unwrap();
    assert_eq!((found.reference.as_str(), found.groups[0].air), ("a", None));
    let expected = [
        (71, 63, None, 0.567_202_422_548_334_5, 53.0),
        (71, 62, Some((1.007_518_796_992_481_3, -0.018_063_719_991_764_43, 1.0)), 0.597_866_419_194_990_7, 56.0),
        (
            69,
            64,
            Some((0.979_137_985_809_594_5, -0.028_547_580_919_469_49, 0.902_698_432_138_225_6)),
            0.636_776_661_884_266,
            51.0,
        ),
    ];
    for (group, (approved, declined, against, area, bads)) in found.groups.iter().zip(expected) {
        assert_eq!((group.approved, group.declined, group.bads), (approved, declined, Some(bads)));
        close(group.auc.unwrap(), area);
        if let Some((air, smd, p)) = against {
            close(group.air.unwrap().value, air);
            close(group.smd.unwrap(), smd);
            close(group.fisher_p.unwrap(), p);
        }
    }
    // air * exp(∓1.96 * sqrt(1/69 - 1/133 + 1/71 - 1/134))
    let katz = found.groups[2].air.unwrap().interval.unwrap();
    close(katz.lower, 0.779_099_646_010_133_3);
    close(katz.upper, 1.230_537_326_213_597_7);
    assert!(found.groups.iter().all(|group| !group.below_line && !group.small));
}

#[test]
fn fairness_flags_small_groups_and_low_ratios_and_refuses_what_is_wrong() {
    let scores: Vec<f64> = (0..110).map(f64::from).collect();
    let groups: Vec<u32> = (0..110).map(|i| u32::from(i < 10)).collect();
    let names = ["many", "few"].map(String::from);
    let applicants = Applicants { scores: &scores, bad: None, weights: None };
    let found = compare("g", &names, &groups, applicants, 8.0, &FairnessOptions::default()).unwrap();
    let few = &found.groups[1];
    assert_eq!((few.approved, few.small, few.below_line, few.bads), (2, true, true, None));
    assert!(found.notes.iter().any(|note| note.contains("few")), "{:?}", found.notes);
    let named = FairnessOptions { reference: Some("few".into()), ..FairnessOptions::default() };
    let found = compare("g", &names, &groups, applicants, 8.0, &named).unwrap();
    assert!(found.groups[1].reference && (found.groups[0].air.unwrap().value - 5.0).abs() < 1e-12);
    let unknown = FairnessOptions { reference: Some("none".into()), ..FairnessOptions::default() };
    let error = |groups: &[u32], cut, options: &FairnessOptions| {
        compare("g", &names, groups, applicants, cut, options).unwrap_err().to_string()
    };
    assert!(error(&groups, 8.0, &unknown).contains("name one of: many, few"));
    assert!(error(&groups, f64::NAN, &named).contains("cut-off"));
    assert!(error(&groups[1..], 8.0, &named).contains("109 groups"));
    assert!(error(&[7; 110], 8.0, &named).contains("only 2 groups"));
}

/// A score, whether bad, and a weight; few distinct scores, so that there are ties.
fn applicant() -> impl Strategy<Value = (i8, bool, u8)> {
    (-12_i8..12, any::<bool>(), 1_u8..5)
}

proptest! {
    #[test]
    fn auc_and_ks_are_what_their_definitions_say(sample in proptest::collection::vec(applicant(), 2..60)) {
        let score: Vec<f64> = sample.iter().map(|a| f64::from(a.0)).collect();
        let bad: Vec<bool> = sample.iter().map(|a| a.1).collect();
        let w: Vec<f64> = sample.iter().map(|a| f64::from(a.2)).collect();
        prop_assume!(bad.iter().any(|b| *b) && bad.iter().any(|b| !*b));
        let (mut won, mut pairs) = (0.0, 0.0);
        for (i, _) in bad.iter().enumerate().filter(|(_, b)| !**b) {
            for (j, _) in bad.iter().enumerate().filter(|(_, b)| **b) {
                pairs += w[i] * w[j];
                won += w[i] * w[j] * if score[i] > score[j] { 1.0 } else if score[i] == score[j] { 0.5 } else { 0.0 };
            }
        }
        let share = |class: bool, at: f64| {
            let of = |keep: &dyn Fn(usize) -> bool| -> f64 { (0..bad.len()).filter(|&i| bad[i] == class && keep(i)).map(|i| w[i]).sum() };
            of(&|i| score[i] <= at) / of(&|_| true)
        };
        let distance = score.iter().map(|&at| (share(true, at) - share(false, at)).abs()).fold(0.0, f64::max);
        let found = measure(&score, None, &bad, Some(&w), None).unwrap();
        prop_assert!((found.auc.value - won / pairs).abs() < 1e-12);
        prop_assert!((found.ks.value - distance).abs() < 1e-12);
        let at = found.ks_score;
        prop_assert!(((share(true, at) - share(false, at)).abs() - distance).abs() < 1e-9);
        // The area under the curve's points is the AUC.
        let points = curve(&score, &bad, Some(&w), 1000).unwrap();
        let area: f64 = points.windows(2).map(|p| (p[1].goods - p[0].goods) * (p[0].bads + p[1].bads) / 2.0).sum();
        prop_assert!((area - found.auc.value).abs() < 1e-12);
    }

    #[test]
    fn every_table_counts_everybody_once(sample in proptest::collection::vec(applicant(), 2..60), groups in 1_usize..12, cut in -15_i8..15) {
        let score: Vec<f64> = sample.iter().map(|a| f64::from(a.0)).collect();
        let bad: Vec<bool> = sample.iter().map(|a| a.1).collect();
        let w: Vec<f64> = sample.iter().map(|a| f64::from(a.2)).collect();
        prop_assume!(bad.iter().any(|b| *b) && bad.iter().any(|b| !*b));
        let total: f64 = w.iter().sum();
        let rows = gains(&score, &bad, Some(&w), groups).unwrap();
        prop_assert!(rows.len() <= groups);
        prop_assert!((rows.iter().map(|r| r.goods + r.bads).sum::<f64>() - total).abs() < 1e-9);
        prop_assert!(rows.windows(2).all(|r| r[0].to < r[1].from));
        let bands = score_distribution(&score, &bad, Some(&w), groups).unwrap();
        prop_assert!((bands.iter().map(|b| b.goods + b.bads).sum::<f64>() - total).abs() < 1e-9);
        let row = &cut_offs(&score, &bad, Some(&w), &[f64::from(cut)]).unwrap()[0];
        let approved: f64 = (0..w.len()).filter(|&i| score[i] >= f64::from(cut)).map(|i| w[i]).sum();
        let bads: f64 = (0..w.len()).filter(|&i| score[i] >= f64::from(cut) && bad[i]).map(|i| w[i]).sum();
        prop_assert!((row.approved - approved).abs() < 1e-9);
        prop_assert_eq!(row.bad_rate.is_some(), approved > 0.0);
        prop_assert!(row.bad_rate.is_none_or(|rate| (rate - bads / approved).abs() < 1e-9));
    }

    #[test]
    fn any_numbers_give_figures_or_an_error(values in proptest::collection::vec((any::<f64>(), any::<bool>()), 0..40)) {
        let score: Vec<f64> = values.iter().map(|v| v.0).collect();
        let bad: Vec<bool> = values.iter().map(|v| v.1).collect();
        let bootstrap = Bootstrap { resamples: 3, seed: 0, level: 0.9 };
        if let Ok(found) = measure(&score, None, &bad, None, Some(&bootstrap)) {
            prop_assert!((0.0..=1.0).contains(&found.auc.value) && (0.0..=1.0).contains(&found.ks.value));
            gains(&score, &bad, None, 10).unwrap();
            score_distribution(&score, &bad, None, 20).unwrap();
            curve(&score, &bad, None, 50).unwrap();
        }
        let chances: Vec<f64> = score.iter().map(|s| if s.is_finite() { s.abs().min(1.0) } else { 0.5 }).collect();
        if let Ok(found) = calibration(&chances, &bad, None, 10, SampleRole::Validation) {
            prop_assert!(found.groups.iter().all(|group| (0.0..=1.0).contains(&group.predicted)));
        }
    }
}
