//! The commands, one file each.

mod assets;
mod backup;
mod completions;
mod config;
mod convert;
mod explain;
mod inspect;
mod keyring;
mod keys;
mod lake;
mod ledger;
mod monitor;
mod restore;
mod score;
mod serve;
mod train;
mod users;
mod validate;

use clap::Subcommand;

pub(crate) use serve::runtime;

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
};

/// What `plimsoll` does.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Fit a scorecard, validate it, and score every applicant
    Train(Box<train::Arguments>),
    /// Score a file of applications, with reasons
    Score(score::Arguments),
    /// Try a scorecard on applicants whose outcome is known
    Validate(validate::Arguments),
    /// Compare new applicants with those that a scorecard was fitted on
    Monitor(monitor::Arguments),
    /// Write a scorecard in another format: JSON, PMML, SQL; read the tables of other tools
    Convert(convert::Arguments),
    /// Show how one application gets its score
    Explain(explain::Arguments),
    /// Show and check a scorecard
    Inspect(inspect::Arguments),
    /// Serve the API and the console
    Serve(serve::Arguments),
    /// Make, list, rotate and revoke API keys
    Keys(keys::Arguments),
    /// Show the service's own keys, have a new one take over, move them to another keyring
    Keyring(keyring::Arguments),
    /// Make users of the console
    Users(users::Arguments),
    /// Copy, verify and prove what was decided
    Ledger(ledger::Arguments),
    /// Check the files of the lake
    Lake(lake::Arguments),
    /// Copy the embedded database while serving goes on
    Backup(backup::Arguments),
    /// Put a backup in place as the database of a folder
    Restore(restore::Arguments),
    /// Show every setting of the service, its value and where that comes from
    Config(config::Arguments),
    /// The console's scripts and styles, for a content delivery network
    Assets(assets::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

impl Command {
    pub(crate) fn run(&self, screen: &Screen) -> Result<Verdict, Failure> {
        match self {
            Self::Train(arguments) => train::run(arguments, screen),
            Self::Score(arguments) => score::run(arguments, screen),
            Self::Validate(arguments) => validate::run(arguments, screen),
            Self::Monitor(arguments) => monitor::run(arguments, screen),
            Self::Convert(arguments) => convert::run(arguments, screen),
            Self::Explain(arguments) => explain::run(arguments, screen),
            Self::Inspect(arguments) => inspect::run(arguments, screen),
            Self::Serve(arguments) => serve::run(arguments, screen),
            Self::Keys(arguments) => keys::run(arguments, screen),
            Self::Keyring(arguments) => keyring::run(arguments, screen),
            Self::Users(arguments) => users::run(arguments, screen),
            Self::Ledger(arguments) => ledger::run(arguments, screen),
            Self::Lake(arguments) => lake::run(arguments, screen),
            Self::Backup(arguments) => backup::run(arguments, screen),
            Self::Restore(arguments) => restore::run(arguments, screen),
            Self::Config(arguments) => config::run(arguments, screen),
            Self::Assets(arguments) => assets::run(arguments, screen),
            Self::Completions(arguments) => completions::run(arguments, screen),
        }
    }
}
