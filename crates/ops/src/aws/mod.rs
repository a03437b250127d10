//! The account: where it is, how its services are called, and what they say when they refuse.

mod account;
mod clock;
mod plain;
mod refusal;
mod xml;

pub(crate) use account::{Account, Place};
pub(crate) use clock::{ago, moment};
pub(crate) use plain::{EC2, QUOTAS, RDS, SCALING};
pub(crate) use refusal::{Refusal, chain, refusal};
pub(crate) use xml::Element;
