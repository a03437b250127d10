//! `plimsoll completions`: what a shell needs to complete the commands.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

/// Print completions for a shell
#[derive(Args)]
#[command(after_help = "Examples:
  plimsoll completions bash > /etc/bash_completion.d/plimsoll
  plimsoll completions zsh > ~/.zfunc/_plimsoll")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut crate::Arguments::command(), "plimsoll", &mut script);
    screen.text(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Done)
}
