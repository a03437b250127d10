//! `plimsoll assets`: the console's files, for a content delivery network.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    failure::{Failure, Verdict},
    figures::counted,
    screen::Screen,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll assets export public && aws s3 sync public s3://BUCKET --cache-control 'public, max-age=31536000, immutable'

A file's name holds the hash of its content: files of several versions lie side by side.";

/// The console's scripts and styles
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write them into the folder `assets` of a folder, for a content delivery network
    Export {
        /// The folder
        folder: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let Command::Export { folder } = &arguments.command;
    let files =
        server::console::export_assets(folder).map_err(|error| Failure::system(error.to_string()).in_file(folder))?;
    let text = || format!("{}: {} in assets\n", folder.display(), counted(files as u64, "file"));
    screen.result(&json!({ "folder": folder, "files": files }), text)?;
    Ok(Verdict::Done)
}
