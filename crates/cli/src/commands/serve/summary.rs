//! What is said once the service listens.

use std::{fmt::Write, path::PathBuf};

use serde::Serialize;
use server::{Running, config::Config};

use super::demo::Demo;

/// Addresses, and what a demonstration offers.
#[derive(Serialize)]
pub(super) struct Summary {
    /// The API and the console.
    address: String,
    /// Metrics and diagnostics.
    private_address: String,
    /// The data folder; none where PostgreSQL keeps what must last.
    data: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<Demo>,
    /// Whether people can log in here.
    console: bool,
}

impl Summary {
    pub(super) fn of(running: &Running, tls: bool, config: &Config, demo: Option<Demo>) -> Self {
        let scheme = if tls { "https" } else { "http" };
        let data = config.store.database_url.is_none().then(|| config.store.data.clone());
        let private_address = format!("http://{}", running.private());
        let console = config.listeners.role.has_console();
        Self { address: format!("{scheme}://{}", running.public()), private_address, data, demo, console }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { address, private_address, data, demo, console } = self;
        if *console {
            writeln!(text, "console    {address}/console")?;
        }
        writeln!(text, "API        {address}   (documentation at {address}/docs)")?;
        writeln!(text, "metrics    {private_address}/metrics")?;
        if let Some(data) = data {
            writeln!(text, "data       {}", data.display())?;
        }
        let Some(demo) = demo else { return Ok(()) };
        writeln!(text, "model      {} ({})", demo.model, demo.model_hash)?;
        if *console {
            writeln!(text, "log in     as analyst, approver, administrator or viewer; password {}", demo.password)?;
        }
        writeln!(text, "key        {}", demo.key)?;
        writeln!(text, "\nTry, in another terminal:\n\n  export KEY={}", demo.key)?;
        for (what, command) in demo.commands(address) {
            writeln!(text, "\n  # {what}\n  {command}")?;
        }
        Ok(())
    }
}
