//! What infrastructure costs a month, from what Terraform says of it and a dated file of prices.

mod estimate;
mod infrastructure;
mod prices;
mod references;
mod rules;
mod usage;

pub(crate) mod billed;
pub(crate) mod difference;
pub(crate) mod screen;

pub(crate) use estimate::Estimate;
pub(crate) use infrastructure::Infrastructure;
pub(crate) use prices::Prices;
pub(crate) use usage::Usage;
