//! Logs.

use super::Source;
use super::source::Spec;

/// Logs.
#[derive(Debug, Clone)]
pub struct Logging {
    /// Levels by module, as in `info,server::listen=debug`.
    pub filter: String,
    /// How a line is written.
    pub format: LogFormat,
    /// Which requests get a line.
    pub access: AccessLog,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// One JSON object a line.
    Json,
    /// Plain text.
    Text,
}

/// Which requests get a line of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLog {
    /// Every request.
    All,
    /// Those answered with 500 and above.
    Errors,
    /// None.
    Off,
}

impl Logging {
    pub(super) fn read(from: &mut Source) -> Self {
        let filter = Spec {
            name: "PLIMSOLL_LOG",
            default: "info",
            meaning: "levels, such as warn or info,server::listen=debug",
        };
        let format = Spec {
            name: "PLIMSOLL_LOG_FORMAT",
            default: "auto",
            meaning: "how lines are written; auto is text on a terminal, else JSON",
        };
        let access =
            Spec { name: "PLIMSOLL_ACCESS_LOG", default: "all", meaning: "which requests get a line of their own" };
        Self {
            filter: from
                .one(filter, "off, error, warn, info, debug or trace, or targets such as info,server=debug", |text| {
                    tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
                })
                .unwrap_or_else(|| "info".to_owned()),
            format: from.choice(
                format,
                &[("auto", LogFormat::Auto), ("json", LogFormat::Json), ("text", LogFormat::Text)],
                LogFormat::Auto,
            ),
            access: from.choice(
                access,
                &[("all", AccessLog::All), ("errors", AccessLog::Errors), ("off", AccessLog::Off)],
                AccessLog::All,
            ),
        }
    }
}
