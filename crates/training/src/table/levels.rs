//! Texts into codes, as they come.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{ColumnData, MISSING};

/// Most distinct texts of a column.
pub(super) const MAX_LEVELS: usize = 1_000_000;

/// The codes of a column, one a row, in the order in which its texts were first seen.
#[derive(Default)]
pub(crate) struct Levels {
    codes: Vec<u32>,
    seen: HashMap<Box<str>, u32, FixedState>,
}

impl Levels {
    /// How many distinct texts there are.
    pub(crate) fn distinct(&self) -> usize {
        self.seen.len()
    }

    pub(crate) fn push_missing(&mut self) {
        self.codes.push(MISSING);
    }

    /// The code of each row so far.
    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Adds a row and tells its code: new codes count up from 0. `None` where the text is new and there are
    /// [`MAX_LEVELS`] already.
    #[must_use]
    pub(crate) fn push(&mut self, text: &str) -> Option<u32> {
        let code = match self.seen.get(text) {
            Some(code) => *code,
            None if self.seen.len() >= MAX_LEVELS => return None,
            None => {
                let code = u32::try_from(self.seen.len()).ok()?;
                self.seen.insert(text.into(), code);
                code
            }
        };
        self.codes.push(code);
        Some(code)
    }

    /// The column, its levels in ascending order.
    pub(crate) fn finish(self) -> ColumnData {
        let mut sorted: Vec<(Box<str>, u32)> = self.seen.into_iter().collect();
        sorted.sort_unstable();
        let mut place = vec![MISSING; sorted.len()];
        for (new, (_, old)) in (0_u32..).zip(&sorted) {
            if let Some(slot) = place.get_mut(*old as usize) {
                *slot = new;
            }
        }
        let mut codes = self.codes;
        codes.iter_mut().for_each(|code| *code = place.get(*code as usize).copied().unwrap_or(MISSING));
        ColumnData::Categorical { codes, levels: sorted.into_iter().map(|(text, _)| text.into()).collect() }
    }
}

/// What is said of a column with more texts than these.
pub(crate) fn too_many() -> String {
    format!("more than {MAX_LEVELS} distinct texts; exclude it")
}
