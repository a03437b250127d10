//! Why a column has a single bin, where a constraint is what keeps it so.

use super::{binned::Bins, fitting::Material};
use crate::binning::BinningOptions;

/// The constraint that leaves a column of different values a single bin, and what to do; `None` where there are more bins, or
/// no constraint is to blame. `rows` are those that the bins were learnt from.
pub(super) fn why(material: &Material<'_>, input: usize, bins: &Bins, rows: &[u32]) -> Option<String> {
    let options = &material.options.binning;
    if bins.regular() > 1 {
        return None;
    }
    if options.max_bins == 1 {
        return Some("one bin, as `--max-bins` has it: allow more".into());
    }
    let column = material.table.columns.get(input)?;
    let parts = |change: &dyn Fn(&mut BinningOptions)| {
        let mut options = options.clone();
        change(&mut options);
        let bins = Bins::of(column, rows, material.bad, material.weights, &options);
        bins.is_ok_and(|bins| bins.regular() > 1)
    };
    let share = |share: f64| format!("{} %", (1e6 * share).round() / 1e4);
    if parts(&|options| options.min_share = 0.0) {
        return Some(format!(
            "one bin: no second bin reaches {} of the rows; lower `--min-share`",
            share(options.min_share)
        ));
    }
    if parts(&|options| (options.min_share, options.rare_share) = (0.0, 0.0)) {
        return Some(format!(
            "one bin: no second bin reaches {} of the rows, and categories below {} are pooled; lower `--min-share` and \
             `--rare-share`",
            share(options.min_share),
            share(options.rare_share)
        ));
    }
    let usual = BinningOptions::default().min_class;
    if options.min_class > usual && parts(&|options| options.min_class = usual) {
        let least = options.min_class;
        return Some(format!("one bin: no second bin holds {least} goods and {least} bads; lower `--min-class`"));
    }
    let gap = options.min_woe_gap;
    (gap > 0.0 && parts(&|options| options.min_woe_gap = 0.0))
        .then(|| format!("one bin: no second bin is {gap} of WoE apart; lower `--min-woe-gap`"))
}
