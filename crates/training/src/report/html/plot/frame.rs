//! The figure around a plot: title and description for those who cannot see it, axes, grid, legend.

use super::scale::{Scale, px, ticks};
use crate::report::html::{
    markup::Markup,
    number::{fixed, percent},
};

/// Numbers the figures of a document, so that their ids differ.
#[derive(Debug, Default)]
pub struct Numbers(u32);

/// One entry of a legend: the class of its swatch, and its words.
pub type Key = (&'static str, String);

/// What a figure says of itself.
pub struct Caption<'a> {
    /// Its name, above it.
    pub title: &'a str,
    /// In a sentence or two, what the plot shows: read out in its place.
    pub description: String,
    /// What its shapes stand for.
    pub legend: Vec<Key>,
}

impl Numbers {
    /// A figure of so many units' width and height.
    pub fn figure(
        &mut self,
        m: &mut Markup,
        caption: &Caption<'_>,
        (width, height): (f64, f64),
        draw: impl FnOnce(&mut Markup),
    ) {
        self.0 += 1;
        let (title, description) = (format!("f{}t", self.0), format!("f{}d", self.0));
        let by = format!("{title} {description}");
        let view = format!("0 0 {} {}", px(width), px(height));
        m.tag("figure", &[], |m| {
            m.line("figcaption", &[], caption.title);
            m.tag("svg", &[("viewBox", &view), ("role", "img"), ("aria-labelledby", &by)], |m| {
                m.line("title", &[("id", &title)], caption.title);
                m.line("desc", &[("id", &description)], &caption.description);
                draw(m);
            });
            if !caption.legend.is_empty() {
                m.tag("p", &[("class", "legend")], |m| {
                    for (class, words) in &caption.legend {
                        m.tag("span", &[], |m| {
                            m.tag("i", &[("class", class)], |_| {});
                            m.text(words);
                        });
                    }
                });
            }
        });
    }
}

/// How the numbers along an axis are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Along {
    /// As they are.
    Number,
    /// In per cent.
    Percent,
}

/// An axis.
pub struct Axis<'a> {
    /// What runs along it.
    pub name: &'a str,
    /// The first and the last value.
    pub domain: (f64, f64),
    /// How its numbers are written.
    pub along: Along,
    /// What stands along it.
    pub ticks: Ticks,
}

/// What stands along an axis.
pub enum Ticks {
    /// About so many round values.
    Round(u32),
    /// Words at 1, 2, 3 and on.
    Named(Vec<String>),
}

impl Axis<'_> {
    /// The places and what stands there.
    fn ticks(&self) -> Vec<(f64, String)> {
        match &self.ticks {
            Ticks::Round(count) => {
                let (values, decimals) = ticks(self.domain.0, self.domain.1, *count);
                values.into_iter().map(|value| (value, self.along.write(value, decimals))).collect()
            }
            Ticks::Named(names) => (1_u32..).map(f64::from).zip(names.iter().cloned()).collect(),
        }
    }
}

/// Two axes and the room between them.
pub struct Plane {
    /// From values to places across.
    pub x: Scale,
    /// From values to places upwards.
    pub y: Scale,
}

const LEFT: f64 = 52.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 42.0;

impl Plane {
    /// Draws grid and axes.
    pub fn draw(m: &mut Markup, (width, height): (f64, f64), x: &Axis<'_>, y: &Axis<'_>) -> Self {
        let plane =
            Self { x: Scale::new(x.domain, (LEFT, width - RIGHT)), y: Scale::new(y.domain, (height - BOTTOM, TOP)) };
        let (left, right, bottom) = (px(LEFT), px(width - RIGHT), px(height - BOTTOM));
        for (value, words) in y.ticks() {
            let at = px(plane.y.at(value));
            m.shape("line", &[("class", "grid"), ("x1", &left), ("x2", &right), ("y1", &at), ("y2", &at)]);
            let (x, y_at) = (px(LEFT - 7.0), px(plane.y.at(value) + 4.0));
            m.line("text", &[("class", "tick end"), ("x", &x), ("y", &y_at)], &words);
        }
        for (value, words) in x.ticks() {
            let at = px(plane.x.at(value));
            let (foot, below) = (px(height - BOTTOM + 4.0), px(height - BOTTOM + 17.0));
            m.shape("line", &[("class", "axis"), ("x1", &at), ("x2", &at), ("y1", &bottom), ("y2", &foot)]);
            m.line("text", &[("class", "tick mid"), ("x", &at), ("y", &below)], &words);
        }
        m.shape("line", &[("class", "axis"), ("x1", &left), ("x2", &right), ("y1", &bottom), ("y2", &bottom)]);
        let (middle, low) = (px(f64::midpoint(LEFT, width - RIGHT)), px(height - 5.0));
        m.line("text", &[("class", "name mid"), ("x", &middle), ("y", &low)], x.name);
        let middle = px(f64::midpoint(TOP, height - BOTTOM));
        let turn = format!("translate(12 {middle}) rotate(-90)");
        m.line("text", &[("class", "name mid"), ("transform", &turn)], y.name);
        plane
    }

    /// A line through points.
    pub fn path(&self, m: &mut Markup, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let mut d = String::new();
        for (x, y) in points {
            d.push(if d.is_empty() { 'M' } else { 'L' });
            d.push_str(&px(self.x.at(x)));
            d.push(' ');
            d.push_str(&px(self.y.at(y)));
        }
        if !d.is_empty() {
            m.shape("path", &[("class", class), ("d", &d)]);
        }
    }

    /// A rectangle from one corner to the other.
    pub fn rectangle(&self, m: &mut Markup, class: &str, (x0, x1): (f64, f64), (y0, y1): (f64, f64)) {
        let (left, right) = (self.x.at(x0), self.x.at(x1));
        let (bottom, top) = (self.y.at(y0), self.y.at(y1));
        block(m, class, (left, right), (top, bottom));
    }

    /// A dot.
    pub fn dot(&self, m: &mut Markup, class: &str, (x, y): (f64, f64)) {
        let (x, y) = (px(self.x.at(x)), px(self.y.at(y)));
        m.shape("circle", &[("class", class), ("cx", &x), ("cy", &y), ("r", "3.2")]);
    }
}

/// A rectangle between places.
pub fn block(m: &mut Markup, class: &str, (x0, x1): (f64, f64), (y0, y1): (f64, f64)) {
    let (x, y) = (px(x0.min(x1)), px(y0.min(y1)));
    let (width, height) = (px((x1 - x0).abs()), px((y1 - y0).abs()));
    m.shape("rect", &[("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
}

impl Along {
    fn write(self, value: f64, decimals: usize) -> String {
        match self {
            Self::Number => fixed(value, decimals),
            Self::Percent => percent(value, decimals.saturating_sub(2)),
        }
    }
}
