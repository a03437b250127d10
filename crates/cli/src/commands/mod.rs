//! The commands, one file each.

mod completions;
mod explain;
mod inspect;

use clap::Subcommand;

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

/// What `plimsoll` does.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show how one application gets its score
    Explain(explain::Arguments),
    /// Show and check a scorecard
    Inspect(inspect::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

impl Command {
    pub(crate) fn run(&self, screen: &Screen) -> Result<Verdict, Failure> {
        match self {
            Self::Explain(arguments) => explain::run(arguments, screen),
            Self::Inspect(arguments) => inspect::run(arguments, screen),
            Self::Completions(arguments) => completions::run(arguments, screen),
        }
    }
}
