//! Bars: score distribution, shares expected and actual, stability indices.

use super::{
    frame::{Along, Axis, Caption, Numbers, Plane, Ticks, block},
    scale::{Scale, nice_domain, px},
};
use crate::{
    drift::{Light, Stability, Thresholds},
    report::{
        NamedStability, SampleReport,
        html::{markup::Markup, number::fixed},
    },
};

/// Scores of goods and of bads.
pub fn distribution(m: &mut Markup, numbers: &mut Numbers, sample: &SampleReport) {
    let bands: Vec<_> = sample.distribution.iter().filter(|band| band.to.is_finite()).collect();
    let (Some(first), Some(last)) = (bands.first(), bands.last()) else { return };
    let size = (860.0, 320.0);
    let most = bands.iter().fold(0.0_f64, |most, band| most.max(band.share_of_goods).max(band.share_of_bads));
    let caption = Caption {
        title: "Score distribution",
        description: format!(
            "Share of all goods and share of all bads in each band of {} points on the {} sample.",
            fixed(first.to - first.from, 0),
            sample.name
        ),
        legend: vec![
            ("block good", format!("goods ({})", sample.name)),
            ("block bad", format!("bads ({})", sample.name)),
        ],
    };
    numbers.figure(m, &caption, size, |m| {
        let x = Axis { name: "score", domain: (first.from, last.to), along: Along::Number, ticks: Ticks::Round(12) };
        let y = Axis {
            name: "share of the class",
            domain: (0.0, nice_domain(0.0, most.max(1e-6), 5).1),
            along: Along::Percent,
            ticks: Ticks::Round(5),
        };
        let plane = Plane::draw(m, size, &x, &y);
        for band in &bands {
            let middle = f64::midpoint(band.from, band.to);
            let gap = (band.to - band.from) * 0.08;
            plane.rectangle(m, "block bad", (band.from + gap, middle), (0.0, band.share_of_bads));
            plane.rectangle(m, "block good", (middle, band.to - gap), (0.0, band.share_of_goods));
        }
    });
}

/// Expected and actual share of each bin.
pub fn shares(m: &mut Markup, numbers: &mut Numbers, title: &str, names: (&str, &str), stability: &Stability) {
    let size = (860.0, 280.0);
    let most = stability.rows.iter().fold(0.0_f64, |most, row| most.max(row.expected_share).max(row.actual_share));
    let caption = Caption {
        title,
        description: format!(
            "Shares of the {} and {} samples in {} bands; stability index {}.",
            names.0,
            names.1,
            stability.rows.len(),
            fixed(stability.index, 4)
        ),
        legend: vec![
            ("block second", format!("{} (expected)", names.0)),
            ("block main", format!("{} (actual)", names.1)),
        ],
    };
    numbers.figure(m, &caption, size, |m| {
        let count = stability.rows.len().max(1) as f64;
        let labels: Vec<String> = stability.rows.iter().map(|row| row.label.clone()).collect();
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        // Words that would run into each other give way to the number of the band; the table has them all.
        let fit = longest as f64 * 6.5 * count < size.0 - 64.0;
        let names = if fit { labels } else { (1..=labels.len()).map(|band| band.to_string()).collect() };
        let name = if fit { "score" } else { "band, lowest scores first" };
        let x = Axis { name, domain: (0.5, count + 0.5), along: Along::Number, ticks: Ticks::Named(names) };
        let y = Axis {
            name: "share",
            domain: (0.0, nice_domain(0.0, most.max(1e-6), 5).1),
            along: Along::Percent,
            ticks: Ticks::Round(5),
        };
        let plane = Plane::draw(m, size, &x, &y);
        for (row, place) in stability.rows.iter().zip(1_u32..) {
            let place = f64::from(place);
            plane.rectangle(m, "block second", (place - 0.36, place - 0.01), (0.0, row.expected_share));
            plane.rectangle(m, "block main", (place + 0.01, place + 0.36), (0.0, row.actual_share));
        }
    });
}

/// A bar an index, beside the thresholds.
pub fn index_bars(m: &mut Markup, numbers: &mut Numbers, indices: &[NamedStability], thresholds: &Thresholds) {
    const ROW: f64 = 22.0;
    const LEFT: f64 = 240.0;
    const WIDTH: f64 = 860.0;
    let foot = 34.0 + ROW * indices.len() as f64;
    let most = indices.iter().fold(thresholds.red * 1.2, |most, one| most.max(one.stability.index));
    let worst = indices.iter().max_by(|a, b| a.stability.index.total_cmp(&b.stability.index));
    let caption = Caption {
        title: "Stability indices against their thresholds",
        description: worst.map_or_else(String::new, |worst| {
            format!("The greatest is that of {}: {}.", worst.name, fixed(worst.stability.index, 4))
        }),
        legend: vec![
            ("block green", format!("below {}", fixed(thresholds.amber, 2))),
            ("block amber", format!("to {}", fixed(thresholds.red, 2))),
            ("block red", "above".to_owned()),
        ],
    };
    numbers.figure(m, &caption, (WIDTH, foot), |m| {
        let scale = Scale::new((0.0, most), (LEFT, WIDTH - 70.0));
        for threshold in [thresholds.amber, thresholds.red] {
            let at = px(scale.at(threshold));
            let bottom = px(foot - 20.0);
            m.shape("line", &[("class", "line chance"), ("x1", &at), ("x2", &at), ("y1", "4"), ("y2", &bottom)]);
            m.line("text", &[("class", "tick mid"), ("x", &at), ("y", &px(foot - 6.0))], &fixed(threshold, 2));
        }
        for (place, one) in indices.iter().enumerate() {
            let top = 6.0 + ROW * place as f64;
            let class = match one.stability.light {
                Light::Green => "block green",
                Light::Amber => "block amber",
                Light::Red => "block red",
            };
            let end = scale.at(one.stability.index);
            super::bins::label(m, &one.name, LEFT - 10.0, top + 14.0, 34);
            block(m, class, (LEFT, end.max(LEFT + 1.0)), (top + 3.0, top + ROW - 5.0));
            let (x, y) = (px(end + 6.0), px(top + 14.0));
            m.line("text", &[("class", "tick"), ("x", &x), ("y", &y)], &fixed(one.stability.index, 4));
        }
        let (axis, bottom) = (px(LEFT), px(foot - 20.0));
        m.shape("line", &[("class", "axis"), ("x1", &axis), ("x2", &axis), ("y1", "4"), ("y2", &bottom)]);
    });
}
