//! Work that holds a whole table or thousands of scores in memory, or takes every core: one piece of a kind at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Kind, Problem};

/// Whose turn it is. A turn lasts until what is given here is dropped.
pub(crate) struct Turns {
    backtest: Arc<Semaphore>,
    validation: Arc<Semaphore>,
    table: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        let one = || Arc::new(Semaphore::new(1));
        Self { backtest: one(), validation: one(), table: one() }
    }
}

impl Turns {
    /// To open and evaluate the applications of the past.
    pub(crate) fn backtest(&self) -> Result<OwnedSemaphorePermit, Problem> {
        take(&self.backtest, "another backtest is in work; try again when it is done", 5)
    }

    /// To validate a model on a sample.
    pub(crate) fn validation(&self) -> Result<OwnedSemaphorePermit, Problem> {
        take(&self.validation, "another validation is in work; try again when it is done", 10)
    }

    /// To look at a table.
    pub(crate) fn table(&self) -> Result<OwnedSemaphorePermit, Problem> {
        take(&self.table, "another table is being looked at; try again in a moment", 2)
    }
}

fn take(turns: &Arc<Semaphore>, otherwise: &'static str, seconds: u64) -> Result<OwnedSemaphorePermit, Problem> {
    let turn = Arc::clone(turns).try_acquire_owned();
    turn.map_err(|_| Kind::Overloaded.because(otherwise).retry_after(seconds))
}
