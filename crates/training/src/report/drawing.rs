//! What reports are drawn with, for other pages that show the same things: markup that escapes, figures in words, plots as SVG
//! whose shapes bear classes and no colours. A style sheet gives those: `block`, `line`, `dot`, `axis`, `grid`, `tick`, with
//! `main`, `second`, `third`, `good`, `bad`, `worse`, `green`, `amber`, `red`.

pub use super::html::{
    markup::Markup,
    number::{fixed, percent, short},
    plot::{
        Along, Axis, Caption, Key, Numbers, Plane, Scale, Ticks, bins, block, calibration, cut_offs, distribution,
        gains, index_bars, kolmogorov_smirnov, label, lift, nice_domain, px, roc, shares, ticks,
    },
};
