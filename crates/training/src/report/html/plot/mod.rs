//! Plots as inline SVG. Colours come from the style sheet by class, so that they follow light, dark and print.

mod bins;
mod curves;
mod frame;
mod histogram;
mod scale;

pub(crate) use bins::bins;
pub(crate) use curves::{calibration, cut_offs, gains, kolmogorov_smirnov, lift, roc};
pub(crate) use frame::Numbers;
pub(crate) use histogram::{distribution, index_bars, shares};
