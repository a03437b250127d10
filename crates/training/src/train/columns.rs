//! Which columns may be scored, which are looked at for fairness, and which cannot serve.

use serde::Serialize;

use super::{Holdout, Role, TrainOptions};
use crate::{
    Error, Result,
    table::{ColumnData, Table},
};

/// The columns by what they are for, as indices into the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Roles {
    /// May be scored.
    pub(super) inputs: Vec<usize>,
    /// Looked at for fairness.
    pub(super) protected: Vec<usize>,
    /// Neither.
    pub(super) excluded: Vec<usize>,
    /// Could not serve, and why.
    pub(super) unfit: Vec<Unfit>,
}

/// A column that cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfit {
    /// Its name.
    pub column: String,
    /// Why.
    pub problem: String,
}

impl Roles {
    /// # Errors
    /// [`Error::Column`] for a named column that is absent or stands for two things; [`Error::Setting`] where nothing
    /// is left to score.
    pub(super) fn of(table: &Table, options: &TrainOptions) -> Result<Self> {
        options.dictionary.check(table)?;
        for name in options.exclude.iter().chain(&options.protected).chain(&options.weight) {
            if table.is_left_out(name) && options.exclude.contains(name) {
                continue;
            }
            table.column(name)?;
            if *name == options.target {
                return Err(Error::Column { column: name.clone(), problem: "is the target; name another".into() });
            }
        }
        let mut roles = Self { inputs: Vec::new(), protected: Vec::new(), excluded: Vec::new(), unfit: Vec::new() };
        for (index, column) in table.columns.iter().enumerate() {
            let name = &column.name;
            let reserved = *name == options.target
                || options.weight.as_ref() == Some(name)
                || matches!(&options.holdout, Holdout::Date { column, .. } | Holdout::Newest { column, .. } if column == name);
            let role = options.dictionary.entry(name).role;
            if options.protected.contains(name) || (role == Role::Protected && !reserved) {
                roles.protected.push(index);
            } else if reserved {
                // The target, the weight and the date have parts of their own.
            } else if options.exclude.contains(name) || role == Role::Excluded {
                roles.excluded.push(index);
            } else if let Some(problem) = problem(&column.data) {
                roles.unfit.push(Unfit { column: name.clone(), problem });
            } else {
                roles.inputs.push(index);
            }
        }
        if roles.inputs.is_empty() {
            return Err(Error::Setting {
                setting: "--exclude, --protected".into(),
                problem: format!("no column of {} is left to score", table.source),
            });
        }
        Ok(roles)
    }
}

/// Why a column cannot tell one applicant from another.
fn problem(data: &ColumnData) -> Option<String> {
    let (some, differ) = match data {
        ColumnData::Numeric(values) => varies(values.iter().map(|value| (!value.is_nan()).then_some(value.to_bits()))),
        ColumnData::Categorical { codes, levels } => {
            varies(codes.iter().map(|code| levels.get(*code as usize).map(|_| u64::from(*code))))
        }
    };
    match (some, differ) {
        (false, _) => Some("has no value in any row".into()),
        (_, false) => Some("has the same value in every row".into()),
        _ => None,
    }
}

/// Whether any value is present, and whether two rows differ (a missing value differs from a present one).
fn varies(values: impl Iterator<Item = Option<u64>>) -> (bool, bool) {
    let mut first = None;
    let (mut some, mut differ) = (false, false);
    for value in values {
        some |= value.is_some();
        differ |= *first.get_or_insert(value) != value;
        if some && differ {
            break;
        }
    }
    (some, differ)
}
