//! How a file is scored.

use std::sync::Arc;

use scorecard::policy::PolicyEvaluator;

/// Form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180, with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// Apache Parquet: flat columns.
    Parquet,
}

impl Format {
    /// The format that a file's name tells, `.gz` not counted: `.csv`, `.tsv`, `.txt`, `.ndjson`, `.jsonl`, `.parquet`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Which columns of the input the output carries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keep {
    /// All that are known beforehand: the whole header, or, for NDJSON, the whole object; the scorecard's fields where
    /// NDJSON becomes a table.
    #[default]
    All,
    /// These, in this order.
    Named(Vec<String>),
}

/// How a file is scored.
#[derive(Debug, Clone)]
pub struct Options {
    /// Columns carried through.
    pub keep: Keep,
    /// Put before the name of each column that is added.
    pub prefix: String,
    /// Whether each characteristic's points are added too.
    pub points: bool,
    /// Decides on each record; its decision, what decided and the rules that fired are added.
    pub policy: Option<Arc<PolicyEvaluator>>,
    /// Texts of CSV that mean "missing".
    pub missing_values: Vec<String>,
    /// Delimiter of CSV; found in the header where absent.
    pub delimiter: Option<u8>,
    /// Workers; 0 for one a core.
    pub threads: usize,
    /// Rows at fault after which scoring ends.
    pub max_errors: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keep: Keep::All,
            prefix: String::new(),
            points: false,
            policy: None,
            missing_values: scorecard::MISSING_TEXTS.map(String::from).into(),
            delimiter: None,
            threads: 0,
            max_errors: None,
        }
    }
}
