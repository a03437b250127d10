//! Policies from files.

use std::path::Path;

use scorecard::{
    Scorecard,
    policy::{self, Policy, PolicyEvaluator},
};

use crate::{failure::Failure, model_file};

/// A policy, checked as far as that goes without a scorecard.
pub(crate) fn read(path: &Path) -> Result<Policy, Failure> {
    policy::from_json(&model_file::bytes(path)?).map_err(|error| Failure::from(error).in_file(path))
}

/// A policy, checked against a scorecard and ready to decide.
pub(crate) fn evaluator(path: &Path, card: &Scorecard) -> Result<PolicyEvaluator, Failure> {
    PolicyEvaluator::new(read(path)?, card).map_err(|error| Failure::from(error).in_file(path))
}
