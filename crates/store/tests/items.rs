//! The catalogue: items are added, listed, replaced and removed; every change is an entry of the ledger.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;
#[path = "suite/items.rs"]
mod suite;

use faces::both;
use suite::*;

suite::items!(both);
