//! What an operator looks at: logs, metrics, diagnostics, traces.

pub mod diagnostics;
pub(crate) mod embedded;
pub mod logging;
pub mod metrics;
pub(crate) mod private;
pub(crate) mod traces;
