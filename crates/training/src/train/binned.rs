//! Columns in bins: what the regression sees.

use crate::{
    Result,
    binning::{Bin, BinningOptions, CategoryBins, NumericBins, bin_categories, bin_numeric},
    table::{Column, ColumnData},
};

/// The bins of a column, whatever its kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bins {
    /// Of a number.
    Numeric(NumericBins),
    /// Of categories.
    Categories(CategoryBins),
}

impl Bins {
    /// Bins the named rows of a column. `bad` and `weights` stand one a row of the table.
    pub(super) fn of(
        column: &Column,
        rows: &[u32],
        bad: &[bool],
        weights: Option<&[f64]>,
        options: &BinningOptions,
    ) -> Result<Self> {
        let bad = gather(bad, rows);
        let weights = weights.map(|weights| gather(weights, rows));
        Ok(match &column.data {
            ColumnData::Numeric(values) => {
                Self::Numeric(bin_numeric(&gather(values, rows), &bad, weights.as_deref(), options)?)
            }
            ColumnData::Categorical { codes, levels } => {
                Self::Categories(bin_categories(&gather(codes, rows), levels, &bad, weights.as_deref(), options)?)
            }
        })
    }

    /// The code of every row of the column: the index into [`Self::woe_table`] and [`Self::in_order`].
    #[must_use]
    pub(super) fn assign(&self, data: &ColumnData) -> Vec<u16> {
        match (self, data) {
            (Self::Numeric(bins), ColumnData::Numeric(values)) => bins.assign(values),
            (Self::Categories(bins), ColumnData::Categorical { codes, levels }) => bins.assign(codes, levels.len()),
            // The bins of a column are only ever asked about that column.
            _ => Vec::new(),
        }
    }

    /// The codes of these rows of the column.
    pub(super) fn assign_rows(&self, data: &ColumnData, rows: &[u32]) -> Vec<u16> {
        match (self, data) {
            (Self::Numeric(bins), ColumnData::Numeric(values)) => bins.assign(&gather(values, rows)),
            (Self::Categories(bins), ColumnData::Categorical { codes, levels }) => {
                bins.assign(&gather(codes, rows), levels.len())
            }
            _ => Vec::new(),
        }
    }

    /// WoE by code.
    #[must_use]
    pub(super) fn woe_table(&self) -> Vec<f64> {
        match self {
            Self::Numeric(bins) => bins.woe_table(),
            Self::Categories(bins) => bins.woe_table(),
        }
    }

    /// The bins by code; the last is of missing values, `None` where there were none.
    #[must_use]
    pub(super) fn in_order(&self) -> Vec<Option<Bin>> {
        let (regular, specials, missing): (&[Bin], Vec<Bin>, Option<Bin>) = match self {
            Self::Numeric(bins) => (&bins.bins, bins.specials.iter().map(|(_, bin)| *bin).collect(), bins.missing),
            Self::Categories(bins) => (&bins.bins, bins.specials.iter().map(|(_, bin)| *bin).collect(), bins.missing),
        };
        regular.iter().copied().chain(specials).map(Some).chain([missing]).collect()
    }

    /// How many there are, those of missing and special values not counted.
    pub(super) fn regular(&self) -> usize {
        match self {
            Self::Numeric(bins) => bins.bins.len(),
            Self::Categories(bins) => bins.bins.len(),
        }
    }

    /// Information value.
    #[must_use]
    pub(super) fn iv(&self) -> f64 {
        match self {
            Self::Numeric(bins) => bins.iv,
            Self::Categories(bins) => bins.iv,
        }
    }

    /// Whether the column alone tells the outcome.
    #[must_use]
    pub(super) fn is_perfect(&self) -> bool {
        match self {
            Self::Numeric(bins) => bins.perfect,
            Self::Categories(bins) => bins.perfect,
        }
    }
}

/// The elements of these rows.
pub(super) fn gather<T: Copy + Default>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or_default()).collect()
}
