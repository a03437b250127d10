//! What a column is: numbers or categories.
//!
//! A column is numeric as long as every cell is a number or missing; the first that is not turns it into categories,
//! from the texts as they stood. A code with a leading zero (`007`) is no number: it would lose its zero.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{Column, ColumnData, MISSING, ReadOptions};
use crate::{Error, Result};

/// Most distinct texts of a column.
const MAX_LEVELS: usize = 1_000_000;

/// Most distinct numbers whose texts are kept in case the column turns out to be one of codes.
const MAX_CODES: usize = 50_000;

/// A column as it is being read.
pub(super) struct Builder {
    name: String,
    forced: Option<Kind>,
    missing_values: Vec<String>,
    numbers: Vec<f64>,
    /// The texts, kept from the first: for a column of numbers, only until there are too many to be codes.
    codes: Vec<u32>,
    levels: HashMap<Box<str>, u32, FixedState>,
    /// The first cells that are no numbers.
    odd: Vec<String>,
    odd_count: usize,
    present: usize,
    missing: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Numeric,
    Categorical,
}

impl Builder {
    pub(super) fn new(name: &str, options: &ReadOptions) -> Self {
        let forced = if options.categorical.iter().any(|n| n == name) {
            Some(Kind::Categorical)
        } else {
            options.numeric.iter().any(|n| n == name).then_some(Kind::Numeric)
        };
        Self {
            name: name.into(),
            forced,
            missing_values: options.missing_values.clone(),
            numbers: Vec::new(),
            codes: Vec::new(),
            levels: HashMap::default(),
            odd: Vec::new(),
            odd_count: 0,
            present: 0,
            missing: 0,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn push(&mut self, cell: &str) -> std::result::Result<(), String> {
        if self.missing_values.iter().any(|missing| missing == cell) {
            self.missing += 1;
            self.numbers.push(f64::NAN);
            self.codes.push(MISSING);
            return Ok(());
        }
        self.present += 1;
        match number(cell) {
            Some(n) if n.is_finite() => self.numbers.push(n),
            Some(_) if self.forced != Some(Kind::Categorical) => {
                return Err(format!(
                    "column `{}`: \"{cell}\" is infinite; leave the cell empty if it is missing",
                    self.name
                ));
            }
            _ => {
                self.odd_count += 1;
                if self.odd.len() < 3 {
                    self.odd.push(cell.chars().take(40).collect());
                }
                if self.forced == Some(Kind::Numeric) {
                    return Err(format!("column `{}`: \"{}\" is not a number", self.name, self.odd.join("")));
                }
                self.numbers.push(f64::NAN);
            }
        }
        if self.forced == Some(Kind::Numeric) {
            return Ok(());
        }
        let code = match self.levels.get(cell) {
            Some(code) => *code,
            None if self.levels.len() >= MAX_LEVELS && self.odd_count > 0 => {
                return Err(format!("column `{}` has more than {MAX_LEVELS} distinct texts; exclude it", self.name));
            }
            // So many distinct numbers are no codes: nobody will need their texts.
            None if self.levels.len() >= MAX_CODES && self.odd_count == 0 && self.forced.is_none() => {
                self.forced = Some(Kind::Numeric);
                self.levels = HashMap::default();
                self.codes = Vec::new();
                return Ok(());
            }
            None => {
                let code = u32::try_from(self.levels.len()).unwrap_or(MISSING);
                self.levels.insert(cell.into(), code);
                code
            }
        };
        self.codes.push(code);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Column> {
        let Self { name, forced, numbers, codes, levels, odd, odd_count, present, missing, .. } = self;
        let distinct = levels.len();
        let gaps = if missing == 0 { String::new() } else { format!(", {missing} missing") };
        if forced == Some(Kind::Numeric) || (forced.is_none() && odd_count == 0) {
            let inference = format!("numeric: {present} of {present} cells are numbers{gaps}");
            return Ok(Column { name, data: ColumnData::Numeric(numbers), inference });
        }
        let inference = match forced {
            Some(_) => format!("categorical, as told: {distinct} distinct texts{gaps}"),
            None if odd_count * 5 < present => format!(
                "categorical, though {} of {present} cells are numbers: {odd_count} are not, such as \"{}\"{gaps}; name those as missing values to read it as numeric",
                present - odd_count,
                odd.join("\", \"")
            ),
            None => format!("categorical: {distinct} distinct texts, such as \"{}\"{gaps}", odd.join("\", \"")),
        };
        let mut sorted: Vec<(Box<str>, u32)> = levels.into_iter().collect();
        sorted.sort_unstable();
        let mut place = vec![MISSING; sorted.len()];
        for (new, (_, old)) in sorted.iter().enumerate() {
            if let (Some(slot), Ok(new)) = (place.get_mut(*old as usize), u32::try_from(new)) {
                *slot = new;
            }
        }
        let codes = codes.into_iter().map(|code| place.get(code as usize).copied().unwrap_or(MISSING)).collect();
        let levels: Vec<String> = sorted.into_iter().map(|(text, _)| text.into()).collect();
        if levels.len() > MAX_LEVELS {
            return Err(Error::Column {
                column: name,
                problem: format!("more than {MAX_LEVELS} distinct texts; exclude it"),
            });
        }
        Ok(Column { name, data: ColumnData::Categorical { codes, levels }, inference })
    }
}

/// The number that a cell is, if it is one. Leading zeros make a code of it.
fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell).as_bytes();
    match digits {
        [b'0', b'0'..=b'9', ..] => None,
        [b'0'..=b'9' | b'.' | b'i' | b'I', ..] => fast_float2::parse(cell).ok(),
        _ => None,
    }
}
