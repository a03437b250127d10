//! Drives a running service: applications over HTTP/1.1, as fast as it answers or at a fixed rate.
//!
//! **For:** benchmarks, soaks and crash tests: latencies counted from the moment a request was due, and a book of what was
//! acknowledged. **May use:** sockets. **Must never know:** the product's crates; it is linked into
//! nothing that is shipped.

mod applications;
mod book;
mod connection;
mod error;
mod figures;
mod histogram;
mod run;
mod target;

pub use applications::Applications;
pub use book::{Book, Mismatch};
pub use connection::{Answer, Connection};
pub use error::{Error, Result};
pub use figures::Figures;
pub use histogram::Histogram;
pub use run::{Pace, Plan, run};
pub use target::Target;
