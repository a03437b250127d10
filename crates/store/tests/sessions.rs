//! Sessions of users, over both faces of the store.

#![allow(clippy::unwrap_used, clippy::panic)]

mod faces;
#[path = "suite/sessions.rs"]
mod suite;

use faces::both;
use suite::*;

suite::sessions!(both);
