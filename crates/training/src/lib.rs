//! From a table of applicants to a fitted and validated scorecard; drift and fairness statistics.
//!
//! **For:** reading tables, binning, fitting, scaling, validating, reporting, monitoring. Deterministic by seed.
//! **May use:** `scorecard`, linear algebra, threads, readers of CSV and Parquet.
//! **Must never know:** the store, the service, the network, or the clock.

mod assessment;
pub mod binning;
pub mod drift;
mod error;
pub mod fairness;
mod figure;
pub mod regression;
pub mod report;
pub mod scaling;
pub mod scoring;
pub mod selection;
pub mod table;
pub mod train;
pub mod validate;
pub mod validation;
mod weighting;

pub use error::{Error, Result};
