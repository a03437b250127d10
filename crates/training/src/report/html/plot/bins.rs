//! The bins of a characteristic: share, bad rate, WoE and points side by side, a row a bin.

use super::{
    frame::{Caption, Numbers, block},
    scale::{Scale, px},
};
use crate::{
    report::{
        CharacteristicReport,
        html::{
            markup::Markup,
            number::{fixed, percent, short},
        },
    },
    validation::BinRow,
};

const WIDTH: f64 = 860.0;
const ROW: f64 = 24.0;
const HEAD: f64 = 26.0;
/// Room for the bin's words.
const LEFT: f64 = 210.0;
/// Width of one of the four panels, its figures included, and of the figures alone.
const PANEL: f64 = 162.0;
const FIGURES: f64 = 46.0;

/// Draws the bins as they are on the first of two named samples; where there is a second its bad rates are dots.
pub fn bins(
    m: &mut Markup,
    numbers: &mut Numbers,
    characteristic: &CharacteristicReport,
    (first, second): (&str, &str),
) {
    let rows = &characteristic.bins;
    let most = |value: fn(&BinRow) -> f64| rows.iter().map(value).filter(|v| v.is_finite()).fold(0.0_f64, f64::max);
    let share = most(|row| row.share);
    let tested = characteristic.test_bins.iter().filter_map(|row| row.bad_rate).fold(0.0_f64, f64::max);
    let bad_rate = most(|row| row.bad_rate.unwrap_or(0.0)).max(tested);
    let (woe_most, points_most) = (most(|row| row.woe), most(|row| row.points.unwrap_or(0.0)));
    let (woe_least, points_least) = (-most(|row| -row.woe), -most(|row| -row.points.unwrap_or(0.0)));
    let mut legend = vec![("block bad", format!("bad rate, {first}"))];
    if !characteristic.test_bins.is_empty() {
        legend.push(("dot ink", format!("bad rate, {second}")));
    }
    legend.push(("block good", "WoE above 0: better than average".to_owned()));
    legend.push(("block worse", "below 0: worse".to_owned()));
    let caption = Caption { title: "Bins", description: describe(rows), legend };
    let height = HEAD + ROW * rows.len() as f64 + 6.0;
    numbers.figure(m, &caption, (WIDTH, height), |m| {
        let panels = [
            Panel::new(m, 0, "Share", (0.0, share)),
            Panel::new(m, 1, "Bad rate", (0.0, bad_rate)),
            Panel::new(m, 2, "WoE", (woe_least, woe_most)),
            Panel::new(m, 3, "Points", (points_least, points_most)),
        ];
        let [shares, bad_rates, woes, points] = &panels;
        for (place, row) in rows.iter().enumerate() {
            let top = HEAD + ROW * place as f64;
            label(m, &row.label, LEFT - 10.0, top + 15.0, 30);
            shares.bar(m, "block third", top, row.share, &percent(row.share, 1));
            if let Some(rate) = row.bad_rate {
                bad_rates.bar(m, "block bad", top, rate, &percent(rate, 1));
            }
            if let Some(rate) = characteristic.test_bins.get(place).and_then(|row| row.bad_rate) {
                let (x, y) = (px(bad_rates.scale.at(rate)), px(top + ROW / 2.0 - 1.0));
                m.shape("circle", &[("class", "dot ink"), ("cx", &x), ("cy", &y), ("r", "3.4")]);
            }
            let class = match row.woe {
                woe if woe > 0.0 => "block good",
                woe if woe < 0.0 => "block worse",
                _ => "block third",
            };
            woes.bar(m, class, top, row.woe, &fixed(row.woe, 2));
            if let Some(value) = row.points {
                points.bar(m, class, top, value, &short(value, 2));
            }
        }
        for panel in &panels {
            let at = px(panel.scale.at(0.0));
            let (top, bottom) = (px(HEAD - 3.0), px(height - 5.0));
            m.shape("line", &[("class", "axis"), ("x1", &at), ("x2", &at), ("y1", &top), ("y2", &bottom)]);
        }
    });
}

fn describe(rows: &[BinRow]) -> String {
    const TOLD: usize = 12;
    let mut words: Vec<String> = rows
        .iter()
        .take(TOLD)
        .map(|row| {
            let rate =
                row.bad_rate.map_or_else(|| "nobody".to_owned(), |rate| format!("bad rate {}", percent(rate, 1)));
            let points = row.points.map_or_else(String::new, |points| format!(", {} points", short(points, 2)));
            format!("{}: share {}, {rate}{points}", row.label, percent(row.share, 1))
        })
        .collect();
    if rows.len() > TOLD {
        words.push("the rest is in the table".to_owned());
    }
    words.join("; ")
}

/// One of the panels.
struct Panel {
    scale: Scale,
    right: f64,
}

impl Panel {
    fn new(m: &mut Markup, place: u32, name: &'static str, (low, high): (f64, f64)) -> Self {
        let left = LEFT + f64::from(place) * PANEL;
        let right = left + PANEL - 14.0;
        m.line("text", &[("class", "name"), ("x", &px(left)), ("y", "14")], name);
        let high = if high > low { high } else { low + 1.0 };
        Self { scale: Scale::new((low, high), (left, right - FIGURES)), right }
    }

    fn bar(&self, m: &mut Markup, class: &str, top: f64, value: f64, figure: &str) {
        let (zero, end) = (self.scale.at(0.0), self.scale.at(value));
        block(m, class, (zero, end), (top + 4.0, top + ROW - 6.0));
        let y = px(top + 15.0);
        m.line("text", &[("class", "tick end"), ("x", &px(self.right)), ("y", &y)], figure);
    }
}

/// Words to the left of a place, cut after so many characters; whole in their tooltip.
pub fn label(m: &mut Markup, words: &str, x: f64, y: f64, most: usize) {
    let cut: String = if words.chars().count() > most {
        words.chars().take(most - 1).chain(['…']).collect()
    } else {
        words.to_owned()
    };
    m.tag("text", &[("class", "label end"), ("x", &px(x)), ("y", &px(y))], |m| {
        if cut.len() != words.len() {
            m.line("title", &[], words);
        }
        m.text(&cut);
    });
}
