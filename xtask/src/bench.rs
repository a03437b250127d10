//! The benchmarks: each prints a figure beside its peer's, from one run.

use crate::{
    image,
    program::{Outcome, cargo, execute},
    setup,
};

/// Runs those whose name contains the filter.
pub(crate) fn run(filter: Option<&str>) -> Outcome {
    setup::run(true)?;
    let mut command = cargo();
    // One that falls short keeps none of the others from being seen.
    command.args(["bench", "--workspace", "--quiet", "--no-fail-fast"]);
    if filter.is_none_or(|filter| "image".contains(filter)) {
        command.envs(image::shipped()?);
    }
    if let Some(filter) = filter {
        command.args(["--bench", &format!("*{filter}*")]);
    }
    execute(&mut command)
}
