//! `plimsoll config`: every setting of the service, its value and where that comes from; `plimsoll config check`: whether
//! what they name can be used.

use std::fmt::Write;

use clap::{Args, Subcommand};
use server::{
    compose::{self, Checked},
    config::Setting,
};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
    service_settings::StoreArguments,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll config
  PLIMSOLL_LISTEN=0.0.0.0:80 plimsoll config --changed
  plimsoll config check
  plimsoll config --json | jq -r '.[] | select(.origin != \"default\") | .name'

A secret that is set is shown as ***. A secret PLIMSOLL_X may instead come from the file that PLIMSOLL_X_FILE names; any
setting may be secret:NAME#member or secret:NAME, of Secrets Manager on AWS.";

/// Show every setting of the service, its value and where that comes from
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Show only what is not as it is by default
    #[arg(long)]
    changed: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Try every part that the settings name: store, keyring, Redis, tables, lake; say what is wrong with each
    ///
    /// Nothing is changed. Ends with 7 where a part cannot be used.
    Check,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    if let Some(Command::Check) = arguments.command {
        let checked = super::runtime()?.block_on(compose::check(&config));
        screen.result(&checked, || checked.iter().map(line).collect())?;
        let is_sound = checked.iter().all(|checked| checked.problem.is_none());
        return Ok(if is_sound { Verdict::Done } else { Verdict::Unusable });
    }
    let is_shown = |setting: &&Setting| !arguments.changed || setting.origin != server::config::Origin::Default;
    let settings: Vec<&Setting> = config.settings().iter().filter(is_shown).collect();
    screen.result(&settings, || text(&settings))?;
    Ok(Verdict::Done)
}

/// A part, and what became of trying it.
fn line(checked: &Checked) -> String {
    let Checked { part, place, problem, milliseconds } = checked;
    match problem {
        None => format!("ok      {part:<12} {place} ({milliseconds} ms)\n"),
        Some(problem) => format!("FAILED  {part:<12} {place}\n        {problem}\n"),
    }
}

/// Not a table: values and meanings are longer than its cells may be.
fn text(settings: &[&Setting]) -> String {
    let mut text = String::new();
    for setting in settings {
        let value = if setting.value.is_empty() { "(not set)" } else { &setting.value };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} = {value}  [{}]", setting.name, setting.origin);
        let _ = writeln!(text, "    {}; accepted: {}", setting.meaning, setting.accepted);
    }
    text
}
