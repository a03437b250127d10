//! What the benchmarks of a running service share.

// Each uses what it needs of it.
#![allow(dead_code)]

mod claims;
pub(crate) mod subject;

pub(crate) use claims::Claims;
pub(crate) use subject::Subject;
