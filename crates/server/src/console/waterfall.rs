//! From the baseline, or from nothing, to the score: what each characteristic brought, as a table whose rows bear bars.

use scorecard::Points;
use training::report::drawing::{Markup, Scale, block, px};

use super::figures::{exact, signed};
use crate::scoring::{Contribution, number};

/// Height and width of a bar's plot, in its own units.
const SIZE: (f64, f64) = (200.0, 24.0);

/// The steps to a score, for the template `console/waterfall.html`.
#[derive(Debug)]
pub(crate) struct Waterfall {
    /// Whether each characteristic has a baseline, so that steps are differences from it.
    pub(crate) compares: bool,
    pub(crate) start: Total,
    pub(crate) steps: Vec<Step>,
    pub(crate) end: Total,
}

/// The first or the last row.
#[derive(Debug)]
pub(crate) struct Total {
    pub(crate) name: &'static str,
    pub(crate) points: String,
    /// SVG of our own.
    pub(crate) bar: String,
}

/// A characteristic's row.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) label: String,
    pub(crate) attribute: String,
    pub(crate) points: String,
    pub(crate) baseline: String,
    pub(crate) difference: String,
    /// SVG of our own.
    pub(crate) bar: String,
}

impl Waterfall {
    /// The steps from what everybody starts with. Where the score is not the plain sum of points (imported models), the last row is
    /// the sum.
    pub(crate) fn of(initial: Points, contributions: &[Contribution<'_>], is_plain_sum: bool) -> Self {
        let compares = !contributions.is_empty() && contributions.iter().all(|one| one.baseline.is_some());
        let baseline = |one: &Contribution<'_>| one.baseline.filter(|_| compares).unwrap_or(Points::ZERO);
        let start = contributions.iter().try_fold(initial, |sum, one| sum.checked_add(baseline(one)));
        let lost = |one: &Contribution<'_>| one.lost.map_or(0.0, number);
        let mut ordered: Vec<&Contribution<'_>> = contributions.iter().collect();
        if compares {
            ordered.sort_by(|a, b| lost(b).total_cmp(&lost(a)));
        }
        let (mut totals, mut running) = (Vec::with_capacity(ordered.len()), start.map_or(0.0, Points::to_f64));
        let first = running;
        for one in &ordered {
            let from = running;
            running += one.points_as_number() - baseline(one).to_f64();
            totals.push((from, running));
        }
        let all = || totals.iter().map(|(_, to)| *to).chain([first]);
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let room = (high - low).max(1.0) * 0.04;
        let plot = Plot { scale: Scale::new((low - room, high + room), (0.0, SIZE.0)), first };
        let steps = ordered.iter().zip(&totals).map(|(one, ends)| step(one, *ends, compares, lost(one), &plot));
        let steps = steps.collect();
        let end = contributions.iter().try_fold(initial, |sum, one| sum.checked_add(points_of(one)?));
        let text = |sum: Option<Points>, double: f64| sum.map_or_else(|| double.to_string(), |sum| sum.to_string());
        Self {
            compares,
            start: Total {
                name: if compares { "At the baseline" } else { "Everybody starts with" },
                points: exact(&text(start, first)),
                bar: plot.mark(first),
            },
            steps,
            end: Total {
                name: if is_plain_sum { "Score" } else { "Sum of points" },
                points: exact(&text(end, running)),
                bar: plot.mark(running),
            },
        }
    }
}

fn points_of(one: &Contribution<'_>) -> Option<Points> {
    serde_json::from_str(one.points.get()).ok()
}

fn step(one: &Contribution<'_>, ends: (f64, f64), compares: bool, lost: f64, plot: &Plot) -> Step {
    let difference = one.baseline.filter(|_| compares).and_then(|baseline| points_of(one)?.checked_sub(baseline));
    let class = match lost {
        lost if compares && lost > 0.0 => "block bad",
        lost if compares && lost < 0.0 => "block good",
        _ => "block second",
    };
    Step {
        label: one.label.to_owned(),
        attribute: one.attribute.to_owned(),
        points: exact(one.points.get()),
        baseline: one.baseline.map_or_else(String::new, |baseline| exact(&baseline.to_string())),
        difference: difference.map_or_else(String::new, |points| signed(&exact(&points.to_string()))),
        bar: plot.bar(class, ends),
    }
}

/// The room that all bars share.
struct Plot {
    scale: Scale,
    first: f64,
}

impl Plot {
    /// From one total to the next.
    fn bar(&self, class: &str, (from, to): (f64, f64)) -> String {
        let (from, to) = (self.scale.at(from), self.scale.at(to));
        self.draw(|m| block(m, class, (from, if (to - from).abs() < 1.0 { from + 1.0 } else { to }), (6.0, 18.0)))
    }

    /// A total.
    fn mark(&self, total: f64) -> String {
        let at = self.scale.at(total);
        self.draw(|m| block(m, "block main", (at - 1.5, at + 1.5), (2.0, 22.0)))
    }

    fn draw(&self, inside: impl FnOnce(&mut Markup)) -> String {
        let mut m = Markup::default();
        let view = format!("0 0 {} {}", px(SIZE.0), px(SIZE.1));
        let attributes = [("viewBox", view.as_str()), ("preserveAspectRatio", "none"), ("aria-hidden", "true")];
        m.tag("svg", &attributes, |m| {
            let (at, foot) = (px(self.scale.at(self.first)), px(SIZE.1));
            m.shape("line", &[("class", "grid"), ("x1", &at), ("x2", &at), ("y1", "0"), ("y2", &foot)]);
            inside(m);
        });
        m.finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn steps_lead_from_the_baseline_to_the_score() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let (ten, half, lost, won) = (raw("10"), raw("\"7.5\""), raw("\"-2.5\""), raw("5"));
        let one = |label, points, baseline: &str, lost| Contribution {
            characteristic: "c",
            label,
            field: "f",
            attribute: "a<b",
            points,
            baseline: baseline.parse().ok(),
            lost,
        };
        let all = [one("better", &half, "5", Some(&*lost)), one("worse", &ten, "15", Some(&*won))];
        let drawn = Waterfall::of(500.into(), &all, true);
        assert_eq!((drawn.start.points.as_str(), drawn.end.points.as_str(), drawn.end.name), ("520", "517.5", "Score"));
        let rows: Vec<_> = drawn.steps.iter().map(|row| (row.label.as_str(), row.difference.as_str())).collect();
        assert_eq!(rows, [("worse", "−5"), ("better", "+2.5")], "the greatest loss first");
        assert!(drawn.steps[0].bar.contains("block bad") && drawn.steps[1].bar.contains("block good"));
        let without = Waterfall::of(500.into(), &[one("x", &ten, "", None)], false);
        assert!(!without.compares && without.start.points == "500" && without.end.name == "Sum of points");
    }
}
