//! The compiled scorecard.

use super::Evaluation;
use crate::{Error, Result, Scorecard, Value, model::Reason};

/// A scorecard made ready for evaluation: checked, indexed, immutable, shareable between threads.
#[derive(Debug)]
pub struct Evaluator {
    scorecard: Scorecard,
    codes: Vec<Reason>,
}

impl Evaluator {
    /// Checks and compiles a scorecard.
    ///
    /// # Errors
    /// [`Error::Model`] where its parts contradict one another.
    pub fn new(scorecard: Scorecard) -> Result<Self> {
        scorecard.check()?;
        Ok(Self { scorecard, codes: Vec::new() })
    }

    /// The scorecard that was compiled.
    #[must_use]
    pub fn scorecard(&self) -> &Scorecard {
        &self.scorecard
    }

    /// The distinct reasons of the scorecard, in document order.
    #[must_use]
    pub fn reason_codes(&self) -> &[Reason] {
        &self.codes
    }

    /// Evaluates one application. `values` stand in the order of the scorecard's fields.
    ///
    /// # Errors
    /// [`Error::Application`] for values that a field refuses, [`Error::NoAttribute`] where no attribute matches,
    /// [`Error::NoValue`] where an expression fails.
    pub fn evaluate(&self, values: &[Value<'_>]) -> Result<Evaluation> {
        let mut evaluation = Evaluation::default();
        self.evaluate_into(values, &mut evaluation)?;
        Ok(evaluation)
    }

    /// As [`Self::evaluate`], into an evaluation that is used again: allocates nothing once its vectors have grown.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; `evaluation` is then unspecified.
    pub fn evaluate_into(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<()> {
        let _ = (values, evaluation);
        Err(Error::model("", "evaluation is being built"))
    }
}
