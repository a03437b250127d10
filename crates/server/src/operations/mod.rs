//! What an operator looks at: logs, metrics, diagnostics, traces.

pub mod diagnostics;
pub mod logging;
pub mod metrics;
pub(crate) mod private;
pub(crate) mod traces;
