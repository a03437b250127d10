//! The container image: what lies in it, and how it runs on a read-only root with a quarter of a core.
//!
//! `cargo xtask test` builds an image of what the tests are made of and runs these on it, `cargo xtask image --try` on the one
//! that is shipped; by themselves they have none and are left out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "image/container.rs"]
mod container;
#[path = "image/content.rs"]
mod content;
#[path = "image/layout.rs"]
mod layout;
#[path = "image/names.rs"]
mod names;
#[path = "image/running.rs"]
mod running;

mod instance;
