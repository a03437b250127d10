//! Binning: what every binning keeps, whatever the values; and columns that are hard to bin.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::{collection::vec, option, prelude::*, sample::select};
use training::binning::{Bin, BinningOptions, NumericBins, Totals, Trend, bin_categories, bin_numeric};

/// A value (with gaps, ties and special values), an outcome and a weight.
type Record = (f64, bool, f64);

fn record() -> impl Strategy<Value = Record> {
    let value = prop_oneof![
        6 => (-20_i32..20).prop_map(f64::from),
        3 => -1e6..1e6_f64,
        1 => Just(f64::NAN),
        1 => Just(-999.0),
        1 => Just(0.0_f64.copysign(-1.0)),
    ];
    // Bads lean towards great values, so that there is something to find.
    (value, 0.0..1.0_f64, 1_u8..5).prop_map(|(value, draw, weight)| {
        let odds = if value > 3.0 { 0.6 } else { 0.25 };
        (value, draw < odds, f64::from(weight))
    })
}

fn options() -> impl Strategy<Value = BinningOptions> {
    let trends = vec![
        Trend::Auto,
        Trend::Monotone,
        Trend::Ascending,
        Trend::Descending,
        Trend::Peak,
        Trend::Valley,
        Trend::None,
    ];
    (
        select(trends),
        1_usize..8,
        select(vec![0.0, 0.05, 0.2, 0.5]),
        select(vec![0.5, 1.0, 5.0]),
        select(vec![0.0, 0.2]),
        2_usize..40,
    )
        .prop_map(|(trend, max_bins, min_share, min_class, min_woe_gap, max_prebins)| BinningOptions {
            trend,
            max_bins,
            min_share,
            min_class,
            min_woe_gap,
            max_prebins,
            special_numbers: vec![-999.0, 7.0],
            special_texts: vec!["special".into()],
            ..BinningOptions::default()
        })
}

fn columns(records: &[Record]) -> (Vec<f64>, Vec<bool>, Vec<f64>) {
    let values = records.iter().map(|(value, ..)| *value).collect();
    (values, records.iter().map(|(_, bad, _)| *bad).collect(), records.iter().map(|(.., weight)| *weight).collect())
}

/// Goods and bads by code.
fn count(codes: &[u16], bad: &[bool], weights: Option<&[f64]>, bins: usize) -> Vec<Totals> {
    let mut totals = vec![Totals::default(); bins];
    for (row, (code, bad)) in codes.iter().zip(bad).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        let totals = &mut totals[usize::from(*code)];
        *(if *bad { &mut totals.bads } else { &mut totals.goods }) += weight;
    }
    totals
}

fn is_monotone(woe: &[f64], gap: f64, falls: bool) -> bool {
    woe.windows(2).all(|pair| if falls { pair[0] - pair[1] >= gap - 1e-9 } else { pair[1] - pair[0] >= gap - 1e-9 })
}

/// Whether weights of evidence along the value keep a trend of the bad rate, which rises where they fall.
fn keeps(trend: Trend, woe: &[f64], gap: f64) -> bool {
    let bends = |first: bool| {
        (0..=woe.len()).any(|at| {
            // The bend's own bin belongs to both sides.
            let from = at.saturating_sub(1);
            is_monotone(&woe[..at], gap, first) && is_monotone(&woe[from..], gap, !first)
        })
    };
    match trend {
        Trend::Ascending => is_monotone(woe, gap, true),
        Trend::Descending => is_monotone(woe, gap, false),
        Trend::Monotone => is_monotone(woe, gap, true) || is_monotone(woe, gap, false),
        Trend::Peak => bends(true),
        Trend::Valley => bends(false),
        Trend::Auto => bends(true) || bends(false),
        Trend::None => woe.windows(2).all(|pair| (pair[0] - pair[1]).abs() >= gap - 1e-9),
    }
}

fn keeps_sizes(bins: &[Bin], options: &BinningOptions) -> bool {
    let all: f64 = bins.iter().map(|bin| bin.totals.count()).sum();
    let large = |bin: &Bin| bin.totals.count() >= options.min_share * all * (1.0 - 1e-9);
    let both = |bin: &Bin| bin.totals.goods >= options.min_class && bin.totals.bads >= options.min_class;
    // Where bins of both classes are but one, and no more than a record of each was asked for, bins of one class are let in.
    let one = |bin: &Bin| options.min_class <= 1.0 && bin.totals.goods.min(bin.totals.bads) <= 0.0;
    let sound = |bin: &Bin| large(bin) && (both(bin) || one(bin));
    // What cannot be divided is one bin, whatever its size.
    bins.len() <= options.max_bins && (bins.len() == 1 || bins.iter().all(sound))
}

fn iv_adds_up(iv: f64, bins: impl Iterator<Item = Bin>) -> bool {
    let parts: Vec<f64> = bins.map(|bin| bin.iv).collect();
    parts.iter().all(|part| part.is_finite() && *part >= 0.0) && (iv - parts.iter().sum::<f64>()).abs() < 1e-9
}

fn every_bin(bins: &NumericBins) -> impl Iterator<Item = Bin> {
    bins.bins.iter().copied().chain(bins.specials.iter().map(|(_, bin)| *bin)).chain(bins.missing)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn numbers_keep_every_constraint(records in vec(record(), 0..300), options in options(), weighted in any::<bool>()) {
        let (values, bad, weights) = columns(&records);
        let weights = weighted.then_some(weights.as_slice());
        let bins = bin_numeric(&values, &bad, weights, &options).unwrap();
        prop_assert_eq!(bins.cuts.len() + 1, bins.bins.len());
        prop_assert!(bins.cuts.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(keeps_sizes(&bins.bins, &options), "{:?}", bins);
        let woe: Vec<f64> = bins.bins.iter().map(|bin| bin.woe).collect();
        prop_assert!(keeps(options.trend, &woe, options.min_woe_gap), "{:?}", woe);
        prop_assert!(keeps(bins.trend, &woe, options.min_woe_gap), "{:?} {:?}", bins.trend, woe);
        prop_assert!(iv_adds_up(bins.iv, every_bin(&bins)));

        // Each value is in one bin, the one that the cuts say, and the bins count those that are in them.
        let codes = bins.assign(&values);
        for (value, code) in values.iter().zip(&codes) {
            let code = usize::from(*code);
            if value.is_nan() {
                prop_assert_eq!(code, bins.bins.len() + bins.specials.len());
            } else if options.special_numbers.contains(value) {
                prop_assert_eq!(bins.specials[code - bins.bins.len()].0, *value);
            } else {
                prop_assert!(code == 0 || bins.cuts[code - 1] <= *value);
                prop_assert!(code == bins.cuts.len() || *value < bins.cuts[code]);
            }
        }
        let counted = count(&codes, &bad, weights, bins.bins.len() + bins.specials.len() + 1);
        for (bin, totals) in every_bin(&bins).zip(&counted) {
            prop_assert_eq!(bin.totals, *totals);
        }
        prop_assert_eq!(bins.woe_table().len(), counted.len());
    }

    #[test]
    fn a_monotone_bin_never_scores_a_better_value_lower(records in vec(record(), 1..300), ascending in any::<bool>()) {
        let (values, bad, _) = columns(&records);
        let trend = if ascending { Trend::Ascending } else { Trend::Descending };
        let bins = bin_numeric(&values, &bad, None, &BinningOptions { trend, ..BinningOptions::default() }).unwrap();
        let woe = bins.woe_table();
        let mut present: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
        present.sort_by(f64::total_cmp);
        let scores: Vec<f64> = bins.assign(&present).iter().map(|code| woe[usize::from(*code)]).collect();
        let ordered = if ascending { scores.is_sorted_by(|a, b| a >= b) } else { scores.is_sorted() };
        prop_assert!(ordered);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        (records, shuffled) in vec(record(), 0..200).prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
        options in options(),
        weighted in any::<bool>(),
    ) {
        let bins = |records: &[Record]| {
            let (values, bad, weights) = columns(records);
            bin_numeric(&values, &bad, weighted.then_some(&weights), &options).unwrap()
        };
        prop_assert_eq!(bins(&records), bins(&shuffled));
    }

    #[test]
    fn auto_is_as_good_as_any_trend_and_no_better_than_none(records in vec(record(), 1..300), options in options()) {
        let (values, bad, _) = columns(&records);
        let iv = |trend| {
            let options = BinningOptions { trend, ..options.clone() };
            bin_numeric(&values, &bad, None, &options).unwrap().iv
        };
        let best = [Trend::Ascending, Trend::Descending, Trend::Peak, Trend::Valley].map(iv).into_iter().fold(0.0, f64::max);
        prop_assert!((iv(Trend::Auto) - best).abs() < 1e-9);
        prop_assert!((iv(Trend::Monotone) - iv(Trend::Ascending).max(iv(Trend::Descending))).abs() < 1e-9);
        prop_assert!(iv(Trend::None) >= best - 1e-9);
    }

    #[test]
    fn categories_keep_every_constraint(
        records in vec((option::of(0_u32..30), 0.0..1.0_f64, 1_u8..5), 0..300),
        options in options(),
        weighted in any::<bool>(),
        rare_share in select(vec![0.0, 0.02, 0.3]),
    ) {
        let options = BinningOptions { rare_share, ..options };
        let mut levels: Vec<String> = (0..30).map(|level| format!("level {level:02}")).collect();
        levels[29] = "special".into();
        let codes: Vec<u32> = records.iter().map(|(level, ..)| level.unwrap_or(u32::MAX)).collect();
        let bad: Vec<bool> = records.iter().map(|(level, d, _)| *d < f64::from(level.unwrap_or(9) % 5) / 6.0).collect();
        let weights: Vec<f64> = records.iter().map(|(.., weight)| f64::from(*weight)).collect();
        let weights = weighted.then_some(weights.as_slice());
        let bins = bin_categories(&codes, &levels, &bad, weights, &options).unwrap();
        prop_assert_eq!(bins.groups.len(), bins.bins.len());
        prop_assert!(bins.unseen < bins.bins.len());
        prop_assert!(keeps_sizes(&bins.bins, &options), "{:?}", bins);
        let woe: Vec<f64> = bins.bins.iter().map(|bin| bin.woe).collect();
        prop_assert!(keeps(Trend::Ascending, &woe, options.min_woe_gap), "{:?}", woe);
        let every = || bins.bins.iter().copied().chain(bins.specials.iter().map(|(_, bin)| *bin)).chain(bins.missing);
        prop_assert!(iv_adds_up(bins.iv, every()));

        // Each level that was seen is in one group, and the groups count those that are in them.
        let mut grouped: Vec<u32> = bins.groups.iter().flatten().copied().collect();
        grouped.sort_unstable();
        let mut seen: Vec<u32> = codes.iter().copied().filter(|code| *code < 29).collect();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(grouped, seen);
        let assigned = bins.assign(&codes, levels.len());
        let counted = count(&assigned, &bad, weights, bins.bins.len() + bins.specials.len() + 1);
        for (bin, totals) in every().zip(&counted) {
            prop_assert_eq!(bin.totals, *totals);
        }
    }
}

/// A thousand rows, one in four bad.
fn outcomes() -> Vec<bool> {
    (0..1000).map(|row| row % 4 == 0).collect()
}

#[test]
fn what_tells_the_outcome_is_said() {
    let bad = outcomes();
    let options = BinningOptions { special_numbers: vec![-9.0], ..BinningOptions::default() };
    let perfect = |value: &dyn Fn(usize, bool) -> f64| {
        let values: Vec<f64> = bad.iter().enumerate().map(|(row, bad)| value(row, *bad)).collect();
        bin_numeric(&values, &bad, None, &options).unwrap()
    };
    let bins = perfect(&|row, bad| row as f64 / 1e4 + f64::from(u8::from(bad)));
    assert!(bins.iv.is_finite() && bins.perfect);
    assert!(perfect(&|_, bad| if bad { f64::NAN } else { 1.0 }).perfect);
    assert!(perfect(&|_, bad| if bad { -9.0 } else { 1.0 }).perfect);
    assert!(!perfect(&|row, bad| if bad && row > 0 { 2.0 } else { 1.0 }).perfect);
    // A row number has one row a value and tells nothing; neither does a constant.
    assert!(!perfect(&|row, _| row as f64).perfect);
    assert!(!perfect(&|_, _| 5.0).perfect);

    let levels: Vec<String> = (0..1000).map(|level| format!("{level:03}")).collect();
    let of_class: Vec<u32> = bad.iter().enumerate().map(|(row, bad)| (row % 3) as u32 + 3 * u32::from(*bad)).collect();
    let of_row: Vec<u32> = (0..1000).collect();
    assert!(bin_categories(&of_class, &levels, &bad, None, &options).unwrap().perfect);
    assert!(!bin_categories(&of_row, &levels, &bad, None, &options).unwrap().perfect);
}

#[test]
fn a_missing_value_that_tells_all_has_no_infinite_woe() {
    let bad = outcomes();
    let values: Vec<f64> = bad.iter().map(|bad| if *bad { f64::NAN } else { 1.0 }).collect();
    let bins = bin_numeric(&values, &bad, None, &BinningOptions::default()).unwrap();
    let missing = bins.missing.unwrap();
    assert_eq!(missing.totals, Totals { goods: 0.0, bads: 250.0 });
    assert!((missing.woe - ((0.5 / 750.0_f64).ln() - (250.5 / 250.0_f64).ln())).abs() < 1e-12);
    assert!(bins.iv.is_finite() && bins.iv > 1.0);
}

#[test]
fn one_class_only_has_no_information() {
    let values: Vec<f64> = (0..100).map(f64::from).collect();
    for class in [false, true] {
        let bins = bin_numeric(&values, &[class; 100], None, &BinningOptions::default()).unwrap();
        assert_eq!((bins.bins.len(), bins.iv), (1, 0.0));
    }
    let bins = bin_categories(&[0, 1], &["a".into(), "b".into()], &[true, true], None, &BinningOptions::default());
    assert_eq!(bins.unwrap().iv, 0.0);
}

#[test]
fn ten_thousand_categories_are_few_groups() {
    let levels: Vec<String> = (0..10_000).map(|level| format!("{level:05}")).collect();
    let codes: Vec<u32> = (0..100_000).map(|row| row % 10_000).collect();
    let bad: Vec<bool> = codes.iter().enumerate().map(|(row, code)| (*code as usize + row).is_multiple_of(7)).collect();
    let bins = bin_categories(&codes, &levels, &bad, None, &BinningOptions::default()).unwrap();
    assert_eq!(bins.groups, [(0..10_000).collect::<Vec<u32>>()]);
    // Not pooled, they are ten thousand parts to merge: still few groups, and quickly.
    let options = BinningOptions { rare_share: 0.0, ..BinningOptions::default() };
    let bins = bin_categories(&codes, &levels, &bad, None, &options).unwrap();
    assert!((2..=10).contains(&bins.bins.len()), "{}", bins.bins.len());
}

#[test]
fn extremes_and_infinities_are_values_like_any_other() {
    let bad = outcomes();
    let extremes = [-1e308, -0.0, 5e-324, 1e308, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY];
    let values: Vec<f64> = (0..1000).map(|row| extremes[(row * row + row / 3) % 8]).collect();
    let bins = bin_numeric(&values, &bad, None, &BinningOptions { trend: Trend::None, ..BinningOptions::default() });
    let bins = bins.unwrap();
    assert!(bins.iv.is_finite());
    let counted = count(&bins.assign(&values), &bad, None, bins.bins.len() + 1);
    for (bin, totals) in bins.bins.iter().zip(counted) {
        assert_eq!(bin.totals, totals);
    }
}

#[test]
fn settings_that_make_no_sense() {
    let message = |options: BinningOptions| bin_numeric(&[], &[], None, &options).unwrap_err().to_string();
    let default = BinningOptions::default;
    assert_eq!(message(BinningOptions { max_bins: 0, ..default() }), "max_bins: 0 is not between 1 and 100");
    assert_eq!(message(BinningOptions { min_share: 0.6, ..default() }), "min_share: 0.6 is not between 0 and 0.5");
    assert_eq!(message(BinningOptions { min_class: 0.0, ..default() }), "min_class: 0 is not a finite number above 0");
    assert_eq!(
        message(BinningOptions { min_woe_gap: f64::NAN, ..default() }),
        "min_woe_gap: NaN is not a finite number of at least 0"
    );
    assert_eq!(message(BinningOptions { max_prebins: 1, ..default() }), "max_prebins: 1 is not between 2 and 1000");
    assert_eq!(
        message(BinningOptions { max_prebins: 1000, max_bins: 100, ..default() }),
        "max_prebins: 1000 is too fine for 100 bins: at most 400"
    );
    assert_eq!(message(BinningOptions { rare_share: -0.1, ..default() }), "rare_share: -0.1 is not between 0 and 0.5");
}
