//! Logs on standard error: JSON, or text on a terminal.
//!
//! Every line has the request's id and trace where it belongs to one. Lines never hold bodies, addresses with their
//! parameters or what was in a request; whoever writes a line sees to that.

mod format;
mod writer;

use std::io::IsTerminal;

use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogFormat, Logging};
use crate::{Error, Result};

pub use writer::Flush;

/// What quotes headers, statements or bytes of requests below these levels, whatever the filter says.
const CAPS: [&str; 8] = [
    "h2=info",
    "hyper=info",
    "hyper_util=info",
    "reqwest=info",
    "rustls=info",
    "sqlx=warn",
    "tower_http=info",
    "redis=info",
];

/// Makes the log what the settings say. Keep what is returned: lines are written by a thread of their own, and the
/// last ones when it is dropped.
///
/// # Errors
/// Where a log was started before, or the filter is not one.
pub fn start(logging: &Logging) -> Result<Flush> {
    let unavailable = |problem: String| Error::Unavailable { setting: "PLIMSOLL_LOG", problem };
    let mut filter = EnvFilter::try_new(&logging.filter).map_err(|error| unavailable(error.to_string()))?;
    for cap in CAPS {
        let cap: Directive = cap.parse().map_err(|error| unavailable(format!("{cap}: {error}")))?;
        filter = filter.add_directive(cap);
    }
    let as_text = match logging.format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Json => false,
        LogFormat::Text => true,
    };
    let (lines, flush) = writer::start(std::io::stderr())
        .map_err(|source| Error::System { what: "starting the thread that writes the log", source })?;
    let layer = fmt::layer().with_writer(lines).with_ansi(as_text && std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    let started = if as_text {
        registry.with(layer.compact().with_target(false)).try_init()
    } else {
        registry.with(layer.event_format(format::JsonLines)).try_init()
    };
    started.map_err(|error| unavailable(error.to_string()))?;
    Ok(flush)
}
