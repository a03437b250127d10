//! The benchmarks: each prints a figure beside its peer's, from one run.

use crate::{
    program::{Outcome, cargo, execute},
    setup,
};

/// Runs those whose name contains the filter.
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    setup::run(true)?;
    let mut command = cargo();
    command.args(["bench", "--workspace", "--quiet"]);
    if let Some(filter) = filter {
        command.args(["--bench", &format!("*{filter}*")]);
    }
    execute(&mut command)
}
