//! What is shown: results on standard output, remarks and progress on standard error.

use std::io::{IsTerminal, Write};

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;

/// What every command takes.
#[derive(Args)]
pub(crate) struct ScreenOptions {
    /// Print the result as JSON
    #[arg(long, global = true, display_order = 90)]
    json: bool,
    /// Print no remarks and no progress
    #[arg(long, short, global = true, display_order = 91)]
    quiet: bool,
}

/// Where a command says what it has to say.
pub(crate) struct Screen {
    json: bool,
    quiet: bool,
}

impl Screen {
    /// Says which columns could not be carried through.
    pub(crate) fn remark_left_out(&self, columns: &[String]) {
        for column in columns {
            self.remark(&format!("column `{column}` is nested and was left out"));
        }
    }

    pub(crate) fn new(options: &ScreenOptions) -> Self {
        Self { json: options.json, quiet: options.quiet }
    }

    /// Whether results go out as JSON.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Prints a result: a JSON document under `--json`, else the text.
    pub(crate) fn result(&self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            let mut json = serde_json::to_string_pretty(document).map_err(|e| Failure::input(e.to_string()))?;
            json.push('\n');
            self.text(&json)
        } else {
            self.text(&text())
        }
    }

    /// Prints a text as it is. A reader that has gone away (`| head`) is no failure.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::file(std::path::Path::new("standard output"), &error))
            }
            _ => Ok(()),
        }
    }

    /// A remark that is no part of the result.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Whether progress is to be shown: not when quiet, and not where nobody watches.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// What must be said even when quiet.
    pub(crate) fn complain(&self, text: &str) {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}
