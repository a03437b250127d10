//! Binning: values into attributes, exactly optimal under its constraints.
//!
//! Fine pre-bins first, then the merge of neighbours with the greatest information value among all that keep the
//! constraints. Missing and special values always have bins of their own.

mod bin;
mod categories;
mod numeric;
mod one_class;
mod optimal;
mod options;
mod perfect;
mod prebins;
mod tidy;
mod tree;

pub use bin::{Bin, Totals};
pub use categories::{CategoryBins, bin_categories};
pub use numeric::{NumericBins, bin_numeric};
pub(crate) use one_class::is_one_class;
pub use options::{BinningOptions, Trend};
