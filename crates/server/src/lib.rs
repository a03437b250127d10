//! The HTTP service: what is decided over HTTP, and how it is kept up.
//!
//! **For:** the public API (one file a resource under `resources/`), the console (one file a page under `console/pages/`), the conventions all of it shares, the listeners
//! with their limits, and what an operator looks at: logs, metrics, traces, diagnostics.
//! **May use:** every library below it (`scorecard`, `training`, `batch`, `store`), sockets, clocks, randomness.
//! **Must never know:** how arguments are typed or printed (`cli`), which database or cloud stands behind a port of the
//! store, or a borrower's data beyond the request at hand: nothing personal in logs, metrics, traces or problems' types.
//!
//! To add a resource: write `resources/<name>.rs` with `pub(crate) fn routes() -> OpenApiRouter<App>`, name it in
//! `resources/mod.rs` and in `api::resources`. What the document of the operation says (media types, the extensions
//! [`api::BODY_LIMIT`] and [`api::TIME_LIMIT`]) is what the frame enforces.

pub mod access;
pub mod api;
mod backtest;
mod batches;
pub mod compose;
pub mod config;
pub mod console;
pub mod conventions;
pub mod eligibility;
mod error;
pub mod followers;
mod idempotency;
mod lake;
pub mod listen;
pub mod locks;
pub mod monitoring;
pub mod notice;
pub mod operations;
pub mod problem;
mod redis_link;
mod resources;
mod retention;
pub mod scoring;
mod serve;
mod state;
mod trainings;
pub mod untrusted;
pub mod webhooks;

pub use error::{Error, Result};
pub use serve::{Running, serve, serve_with};
pub use state::{App, Drain, Faces, Readiness};
