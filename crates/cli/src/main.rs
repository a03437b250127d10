//! The command line of Plimsoll: train, score, explain, validate, monitor, convert and inspect scorecards; serve them.
//!
//! **For:** reading arguments, opening files, showing results to people (tables) and machines (`--json`).
//! **May use:** every crate of the house. **Must never know:** how anything is computed.

mod application_file;
mod commands;
mod data_file;
mod dictionary_file;
mod failure;
mod figures;
mod model_file;
mod now;
mod number;
mod operator;
mod output_file;
mod policy_file;
mod private_file;
mod progress;
mod scoring;
mod screen;
mod service_settings;
mod text_table;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
use screen::{Screen, ScreenOptions};

/// Many small things on every thread: scores of the service, cells of a table. The system's allocator took a sixth of the
/// service's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Credit scorecards: fitted, validated, explained.
#[derive(Parser)]
#[command(name = "plimsoll", version, about, after_help = failure::EXIT_CODES, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    screen: ScreenOptions,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new(&arguments.screen);
    match arguments.command.run(&screen) {
        Ok(verdict) => verdict.into(),
        Err(failure) => failure.report(&screen),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_do_not_contradict_one_another() {
        super::Arguments::command().debug_assert();
    }
}
