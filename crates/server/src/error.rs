//! What keeps the service from starting or going on. Requests fail with a [`crate::problem::Problem`] instead.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::Invalid;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the service does not start or stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings that are unknown or not what they should be, all of them at once.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<Invalid>),
    /// An address that cannot be listened at.
    #[error("cannot listen at {address}: {source}; {}", remedy(.source.kind(), .setting))]
    Bind {
        /// The address as configured.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A certificate or key that cannot be used.
    #[error("{place}: {problem}")]
    Tls {
        /// The file at fault, or the setting that holds it.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Something set that this binary was built without, or that cannot be set up.
    #[error("{setting}: {problem}")]
    Unavailable {
        /// The setting that asks for it.
        setting: &'static str,
        /// What is missing and what to do.
        problem: String,
    },
    /// The data folder cannot be used.
    #[error("{}: {problem}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// What must last cannot be opened, read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A model or policy cannot be compiled.
    #[error("the model in force: {0}")]
    Model(scorecard::Error),
    /// Something that the service cannot begin without.
    #[error("the service does not start: {0}")]
    Start(String),
    /// The operating system refused something the service cannot do without.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

fn remedy(kind: std::io::ErrorKind, setting: &str) -> String {
    use std::io::ErrorKind;
    match kind {
        ErrorKind::AddrInUse => format!("another program has it: stop that one, or set {setting} to a free port"),
        ErrorKind::PermissionDenied => {
            format!(
                "ports below 1024 are kept for the system: set {setting} to a higher port, or grant CAP_NET_BIND_SERVICE"
            )
        }
        ErrorKind::AddrNotAvailable => {
            format!("no interface of this machine has it: set {setting} to one that has, or to 0.0.0.0 for all")
        }
        _ => format!("set {setting} to an address and port of this machine"),
    }
}
