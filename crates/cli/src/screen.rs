//! What is shown: results on standard output, remarks and progress on standard error.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
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

    /// What must be said even when quiet.
    pub(crate) fn complain(&self, text: &str) {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// A progress bar of so many steps (a spinner where unknown); hidden when quiet or not on a terminal. It shows
    /// once the work has lasted a second.
    pub(crate) fn progress(&self, steps: Option<u64>, what: &str) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = steps.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = if steps.is_some() { "{msg} {wide_bar} {percent:>3} %  {eta}" } else { "{spinner} {msg} {pos}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_secs(1));
        bar
    }
}
