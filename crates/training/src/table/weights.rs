//! A column of weights: how many applicants a row stands for.

use super::{ColumnData, Table};
use crate::{Error, Result};

impl Table {
    /// The weights in a column, one a row.
    ///
    /// # Errors
    /// [`Error::Column`] where the column is absent or not numeric, a weight is missing, infinite or negative (naming
    /// the first such row), or all are zero.
    pub fn weights(&self, name: &str) -> Result<&[f64]> {
        let column = self.column(name)?;
        let fault = |problem: String| Error::Column { column: name.to_owned(), problem };
        let ColumnData::Numeric(weights) = &column.data else {
            return Err(fault(format!("weights must be numbers, but the column is {}", column.inference)));
        };
        let unfit = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0));
        if let Some(row) = unfit {
            let weight = weights.get(row).copied().unwrap_or(f64::NAN);
            let what = if weight.is_nan() { "has no weight".to_owned() } else { format!("has the weight {weight}") };
            return Err(fault(format!("{} {what}; a weight is a number of at least 0", self.place(row))));
        }
        if weights.iter().all(|weight| *weight == 0.0) {
            return Err(fault("all weights are 0; no row would count".into()));
        }
        if !weights.iter().sum::<f64>().is_finite() {
            return Err(fault("the weights add up to more than a number holds; scale them down".into()));
        }
        Ok(weights)
    }
}
