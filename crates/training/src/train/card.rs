//! The scorecard as a document, from bins and points.

use scorecard::{
    Literal, Points,
    model::{
        Attribute, AttributeStatistics, Characteristic, CharacteristicStatistics, Closure, Condition, Field, FieldType,
        Interval, Reason,
    },
};

use super::{Entry, binned::Bins};
use crate::{
    binning::{Bin, CategoryBins, NumericBins},
    table::{Column, ColumnData},
};

/// From so many categories on, the group that takes unseen ones is written as "everything else".
const MAX_LISTED: usize = 200;

/// What the regression and the scaling found for one characteristic.
pub(super) struct Fitted<'a> {
    pub(super) column: &'a Column,
    pub(super) bins: &'a Bins,
    /// By code, as [`Bins::in_order`].
    pub(super) points: &'a [Points],
    pub(super) statistics: CharacteristicStatistics,
    /// Weight of all rows that were learnt from.
    pub(super) total: f64,
}

/// The field of a column. One that was never missing in the whole table is required.
pub(super) fn field(column: &Column, entry: &Entry) -> Field {
    let (field_type, has_missing) = match &column.data {
        ColumnData::Numeric(values) => (FieldType::Numeric, values.iter().any(|value| value.is_nan())),
        ColumnData::Categorical { codes, levels } => {
            (FieldType::Categorical, codes.iter().any(|code| *code as usize >= levels.len()))
        }
    };
    Field {
        label: entry.label.clone(),
        unit: entry.unit.clone(),
        required: !has_missing,
        missing_values: codes(column),
        ..Field::new(column.name.clone(), field_type)
    }
}

/// What the column held that was taken for missing, as far as its type has it: so that every reader of the scorecard knows.
fn codes(column: &Column) -> Vec<Literal> {
    let numeric = matches!(column.data, ColumnData::Numeric(_));
    let fits = |code: &&Literal| matches!(code, Literal::Number(_)) == numeric;
    column.missing.iter().filter(fits).cloned().collect()
}

/// The characteristic of a column; `number` numbers its reason where the dictionary has none.
pub(super) fn characteristic(fitted: &Fitted<'_>, entry: &Entry, number: usize, required: bool) -> Characteristic {
    let name = &fitted.column.name;
    let spoken = entry.label.clone().unwrap_or_else(|| spoken(name));
    Characteristic {
        name: name.clone(),
        field: name.clone(),
        label: entry.label.clone(),
        reason: Some(entry.reason.clone().unwrap_or_else(|| Reason { code: format!("R{number:02}"), text: spoken })),
        inquiries: entry.inquiries,
        baselines: scorecard::model::Baselines::default(),
        attributes: attributes(fitted, required),
        statistics: Some(fitted.statistics.clone()),
    }
}

/// A column's name as words.
fn spoken(name: &str) -> String {
    let words = name.replace(['_', '.', '-'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// Special values, then missing, then the bins: an interval must not hide a special value.
fn attributes(fitted: &Fitted<'_>, required: bool) -> Vec<Attribute> {
    let attribute = |when: Condition, code: usize, bin: Option<&Bin>| Attribute {
        label: None,
        when,
        points: fitted.points.get(code).copied().unwrap_or_default(),
        points_expression: None,
        reason: None,
        statistics: Some(statistics(bin, fitted.total)),
    };
    let missing = |code: usize, bin: Option<&Bin>| (!required).then(|| attribute(Condition::Missing, code, bin));
    match (fitted.bins, &fitted.column.data) {
        (Bins::Categories(bins), ColumnData::Categorical { levels, .. }) => {
            let mut list = Vec::new();
            for (index, (level, bin)) in bins.specials.iter().enumerate() {
                let text = Literal::Text(levels.get(*level as usize).cloned().unwrap_or_default());
                list.push(attribute(Condition::Special(vec![text]), bins.bins.len() + index, Some(bin)));
            }
            list.extend(missing(bins.bins.len() + bins.specials.len(), bins.missing.as_ref()));
            groups(bins, levels, &attribute, &mut list);
            list
        }
        (Bins::Numeric(bins), _) => {
            let mut list = Vec::new();
            for (index, (special, bin)) in bins.specials.iter().enumerate() {
                let number = Literal::Number(*special);
                list.push(attribute(Condition::Special(vec![number]), bins.bins.len() + index, Some(bin)));
            }
            list.extend(missing(bins.bins.len() + bins.specials.len(), bins.missing.as_ref()));
            let intervals = intervals(bins).enumerate();
            list.extend(intervals.map(|(code, (interval, bin))| attribute(Condition::Interval(interval), code, bin)));
            list
        }
        _ => Vec::new(),
    }
}

fn intervals(bins: &NumericBins) -> impl Iterator<Item = (Interval, Option<&Bin>)> {
    let end = |index: usize| bins.cuts.get(index).copied();
    (0..=bins.cuts.len()).map(move |index| {
        let from = index.checked_sub(1).and_then(end);
        let closed = if from.is_some() { Closure::Left } else { Closure::Neither };
        (Interval { from, to: end(index), closed }, bins.bins.get(index))
    })
}

/// One attribute a group; then whatever was never seen, with the points of the group that stands for it.
fn groups(
    bins: &CategoryBins,
    levels: &[String],
    attribute: &dyn Fn(Condition, usize, Option<&Bin>) -> Attribute,
    list: &mut Vec<Attribute>,
) {
    let text = |level: &u32| levels.get(*level as usize).cloned().map(Literal::Text);
    let mut others = attribute(Condition::Otherwise, bins.unseen, None);
    for (code, group) in bins.groups.iter().enumerate() {
        let bin = bins.bins.get(code);
        if code == bins.unseen && (group.len() > MAX_LISTED || group.is_empty()) {
            others = attribute(Condition::Otherwise, code, bin);
        } else if !group.is_empty() {
            list.push(attribute(Condition::Values(group.iter().filter_map(text).collect()), code, bin));
        }
    }
    list.push(others);
}

fn statistics(bin: Option<&Bin>, total: f64) -> AttributeStatistics {
    let Some(bin) = bin else { return AttributeStatistics { count: 0.0, share: 0.0, bad_rate: 0.0, woe: 0.0 } };
    let count = bin.totals.count();
    AttributeStatistics {
        count,
        share: if total > 0.0 { count / total } else { 0.0 },
        bad_rate: bin.totals.bad_rate(),
        woe: bin.woe,
    }
}
