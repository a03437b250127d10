//! The server.

pub mod notice;
