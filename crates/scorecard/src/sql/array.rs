//! How each dialect says an array of whole numbers, where reasons are ranked by a sort.

use super::{Dialect, syntax::Syntax};

impl Syntax {
    /// Whole numbers that are all there, in ascending order.
    pub(super) fn sorted_array(self, elements: &[String]) -> String {
        let list = elements.join(",");
        match self.0 {
            Dialect::DuckDb => format!("list_sort([{list}], 'ASC')"),
            Dialect::Spark => format!("sort_array(array({list}))"),
            Dialect::BigQuery => format!("ARRAY(SELECT element FROM UNNEST([{list}]) AS element ORDER BY element)"),
            Dialect::Snowflake => format!("ARRAY_SORT(ARRAY_CONSTRUCT({list}))"),
            Dialect::Trino | Dialect::PostgreSql | Dialect::Sqlite => format!("array_sort(ARRAY[{list}])"),
        }
    }

    /// An element of such an array, counted from 0.
    pub(super) fn element(self, array: &str, index: usize) -> String {
        match self.0 {
            Dialect::Spark => format!("{array}[{index}]"),
            Dialect::BigQuery => format!("{array}[OFFSET({index})]"),
            Dialect::Snowflake => format!("CAST({array}[{index}] AS BIGINT)"),
            _ => format!("{array}[{}]", index + 1),
        }
    }

    /// What is left of a whole number, not below zero, when it is divided.
    pub(super) fn remainder(self, number: &str, divisor: usize) -> String {
        match self.0 {
            Dialect::BigQuery => format!("MOD({number}, {divisor})"),
            _ => format!("{number} % {divisor}"),
        }
    }
}
