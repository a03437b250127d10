//! The design matrix, held as codes: two bytes a cell instead of eight.

/// One column of the design: the bin of each row, and the WoE of each bin.
#[derive(Debug, Clone, Copy)]
pub struct Characteristic<'a> {
    /// For messages.
    pub name: &'a str,
    /// One a row of the table.
    pub codes: &'a [u16],
    /// WoE by code.
    pub woe: &'a [f64],
}

impl Characteristic<'_> {
    /// The WoE of a row; 0 (neutral) for a code that has none.
    #[inline]
    pub(crate) fn value(&self, row: usize) -> f64 {
        self.codes.get(row).and_then(|code| self.woe.get(usize::from(*code))).copied().unwrap_or(0.0)
    }
}

/// What a regression is fitted on. Everything stands one a row of the table; `rows` says which are learnt from.
#[derive(Debug, Clone, Copy)]
pub struct Design<'a> {
    /// The columns.
    pub characteristics: &'a [Characteristic<'a>],
    /// Outcome.
    pub bad: &'a [bool],
    /// Weight; 1 where absent.
    pub weights: Option<&'a [f64]>,
    /// The rows that are learnt from.
    pub rows: &'a [u32],
}

/// Rows that one thread adds up at a time. Fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 1024;

impl<'a> Design<'a> {
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0))
    }

    pub(crate) fn is_good(&self, row: usize) -> bool {
        !self.bad.get(row).copied().unwrap_or(false)
    }

    /// Adds something up over the rows, in parallel, in an order that does not depend on the threads.
    pub(super) fn sum<S: Send>(
        &self,
        zero: impl Fn() -> S + Sync + Send,
        add: impl Fn(&mut S, usize) + Sync + Send,
        join: impl Fn(S, S) -> S,
    ) -> S {
        use rayon::prelude::*;
        let parts: Vec<S> = self
            .rows
            .par_chunks(CHUNK)
            .map(|rows| {
                let mut sum = zero();
                rows.iter().for_each(|row| add(&mut sum, *row as usize));
                sum
            })
            .collect();
        parts.into_iter().reduce(join).unwrap_or_else(zero)
    }

    /// The same rows with only these columns.
    #[must_use]
    pub fn with<'b>(&self, characteristics: &'b [Characteristic<'b>]) -> Design<'b>
    where
        'a: 'b,
    {
        Design { characteristics, ..*self }
    }
}
