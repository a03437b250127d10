//! The catalogue in DynamoDB: what every face of it does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulated;
#[path = "../../store/tests/faces/mod.rs"]
mod faces;
#[path = "../../store/tests/suite/items.rs"]
mod suite;
mod tables;

use suite::*;
use tables::beside_both;

suite::items!(beside_both);
