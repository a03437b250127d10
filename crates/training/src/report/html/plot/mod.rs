//! Plots as inline SVG. Colours come from the style sheet by class, so that they follow light, dark and print.

mod bins;
mod curves;
mod frame;
mod histogram;
mod scale;

pub use bins::{bins, label};
pub use curves::{calibration, cut_offs, gains, kolmogorov_smirnov, lift, roc};
pub use frame::{Along, Axis, Caption, Key, Numbers, Plane, Ticks, block};
pub use histogram::{distribution, index_bars, shares};
pub use scale::{Scale, nice_domain, px, ticks};
