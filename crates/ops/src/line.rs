//! One live line on a terminal; elsewhere a line whenever something changed.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Where progress is shown: on standard error, so that it is never among results.
pub(crate) struct Line {
    bar: Option<ProgressBar>,
    shown: String,
}

impl Line {
    /// A line that shows nothing yet.
    pub(crate) fn new() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            ProgressBar::new_spinner().with_style(style)
        });
        Self { bar, shown: String::new() }
    }

    /// Shows how it stands.
    pub(crate) fn show(&mut self, text: &str, elapsed: Duration) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(format!("{text} · {} s", elapsed.as_secs()));
                bar.tick();
            }
            None if text != self.shown => eprintln!("{text}"),
            None => {}
        }
        text.clone_into(&mut self.shown);
    }

    /// Takes it away, as dropping it does; what came of it is printed by others.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.end();
    }
}
