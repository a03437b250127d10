//! The account: where it is, how its services are called, and what they say when they refuse.

mod account;
mod clock;
mod refusal;

pub(crate) use account::{Account, Place};
pub(crate) use clock::{ago, moment};
pub(crate) use refusal::{Refusal, refusal};
