//! The lake: what was decided, in files that other engines read; drift counted from them; people who are erased.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "lake/copies.rs"]
mod copies;
#[path = "lake/duck.rs"]
mod duck;
#[path = "lake/erased.rs"]
mod erased;
#[path = "lake/exported.rs"]
mod exported;
mod http;
mod instance;
#[path = "lake/read.rs"]
mod read;
#[cfg(feature = "aws")]
#[path = "lake/s3.rs"]
mod s3;
