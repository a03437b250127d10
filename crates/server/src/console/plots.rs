//! Plots over days, drawn as reports draw theirs.

use store::monitoring::{Day, begin_of};
use training::report::drawing::{
    Along, Axis, Caption, Key, Markup, Numbers, Plane, Ticks, block, label, nice_domain, px,
};

/// What is drawn on: half a page, so that two stand side by side and can still be read.
const SIZE: (f64, f64) = (520.0, 230.0);
/// Days that are named along an axis, at most.
const NAMED: usize = 8;
/// Points up to which each gets a dot.
const DOTTED: usize = 62;

/// A figure by day.
pub(crate) struct Line {
    /// The class of its line: `line main`.
    pub(crate) class: &'static str,
    /// The class of its dots.
    pub(crate) dot: &'static str,
    /// What it is.
    pub(crate) name: String,
    /// A value a day; none where there is nothing to say.
    pub(crate) values: Vec<Option<f64>>,
}

/// Values below one another: horizontal marks with their words.
pub(crate) struct Mark {
    pub(crate) at: f64,
    pub(crate) name: &'static str,
}

/// Draws figures by day as lines, with marks across; nothing where no day has a value.
pub(crate) fn lines(
    numbers: &mut Numbers,
    title: &str,
    days: &[Day],
    of: &[Line],
    along: Along,
    marks: &[Mark],
) -> String {
    let mut m = Markup::default();
    let values = || of.iter().flat_map(|line| line.values.iter().flatten().copied());
    let Some(low) = values().reduce(f64::min) else { return String::new() };
    let high = values().chain(marks.iter().map(|mark| mark.at)).fold(low, f64::max);
    let (low, high) = if low >= 0.0 && low < high / 2.0 { (0.0, high) } else { (low, high) };
    let (low, high) = if high > low { (low, high) } else { (low - 0.5 * spread(low), high + 0.5 * spread(high)) };
    let mut legend: Vec<Key> = of.iter().map(|line| (line.class, line.name.clone())).collect();
    legend.extend(marks.iter().map(|mark| ("line mark", mark.name.to_owned())));
    let caption = Caption { title, description: describe(days, of, along), legend };
    numbers.figure(&mut m, &caption, SIZE, |m| {
        let y = Axis { name: "", domain: nice_domain(low, high, 5), along, ticks: Ticks::Round(5) };
        let plane = Plane::draw(m, SIZE, &axis(days), &y);
        for mark in marks {
            plane.path(m, "line mark", [(0.5, mark.at), (days.len() as f64 + 0.5, mark.at)]);
        }
        for line in of {
            draw(m, &plane, line);
        }
    });
    m.finish()
}

/// Draws counts by day as bars, one upon the other.
pub(crate) fn bars(numbers: &mut Numbers, title: &str, days: &[Day], of: &[Line]) -> String {
    let mut m = Markup::default();
    let value = |line: &Line, place: usize| line.values.get(place).copied().flatten().unwrap_or(0.0);
    let total = |place: usize| of.iter().map(|line| value(line, place)).sum::<f64>();
    let most = (0..days.len()).map(total).fold(0.0_f64, f64::max);
    let caption = Caption {
        title,
        description: describe(days, of, Along::Number),
        legend: of.iter().map(|line| (line.class, line.name.clone())).collect(),
    };
    numbers.figure(&mut m, &caption, SIZE, |m| {
        let domain = (0.0, nice_domain(0.0, most.max(1.0), 4).1);
        let y = Axis { name: "", domain, along: Along::Number, ticks: Ticks::Round(4) };
        let plane = Plane::draw(m, SIZE, &axis(days), &y);
        for (place, x) in (0..days.len()).zip(1_u32..) {
            let (x, mut from) = (f64::from(x), 0.0);
            for line in of {
                let to = from + value(line, place);
                if to > from {
                    plane.rectangle(m, line.class, (x - 0.36, x + 0.36), (from, to));
                }
                from = to;
            }
        }
    });
    m.finish()
}

/// Draws a rate a group as bars beside one another's names, with a mark across.
pub(crate) fn rates(numbers: &mut Numbers, title: &str, of: &[(String, f64)], mark: Option<&Mark>) -> String {
    const ROW: f64 = 24.0;
    const LEFT: f64 = 190.0;
    let mut m = Markup::default();
    let (width, height) = (SIZE.0, 12.0 + ROW * of.len() as f64);
    let most = of.iter().map(|(_, rate)| *rate).chain(mark.map(|mark| mark.at)).fold(0.01_f64, f64::max);
    let at = |value: f64| LEFT + (value / most).clamp(0.0, 1.0) * (width - LEFT - 60.0);
    let words = |(name, rate): &(String, f64)| format!("{name}: {}", super::figures::percent(*rate));
    let caption = Caption {
        title,
        description: of.iter().map(words).collect::<Vec<_>>().join("; "),
        legend: mark.map(|mark| ("line mark", mark.name.to_owned())).into_iter().collect(),
    };
    numbers.figure(&mut m, &caption, (width, height), |m| {
        for (place, (name, rate)) in of.iter().enumerate() {
            let top = 4.0 + ROW * place as f64;
            label(m, name, LEFT - 10.0, top + 15.0, 26);
            block(m, "block main", (LEFT, at(*rate).max(LEFT + 1.0)), (top + 3.0, top + ROW - 5.0));
            let (x, y) = (px(at(*rate) + 6.0), px(top + 15.0));
            m.line("text", &[("class", "tick"), ("x", &x), ("y", &y)], &super::figures::percent(*rate));
        }
        if let Some(mark) = mark {
            let (x, bottom) = (px(at(mark.at)), px(height - 4.0));
            m.shape("line", &[("class", "line mark"), ("x1", &x), ("x2", &x), ("y1", "2"), ("y2", &bottom)]);
        }
    });
    m.finish()
}

/// Something to widen an axis by on which all values are one.
fn spread(value: f64) -> f64 {
    if value == 0.0 { 1.0 } else { value.abs() }
}

fn draw(m: &mut Markup, plane: &Plane, line: &Line) {
    let mut stretch: Vec<(f64, f64)> = Vec::new();
    let places = (1_u32..).map(f64::from);
    let points: Vec<(f64, Option<f64>)> = places.zip(line.values.iter().copied()).collect();
    for (x, value) in &points {
        match value {
            Some(value) => stretch.push((*x, *value)),
            None => plane.path(m, line.class, std::mem::take(&mut stretch)),
        }
    }
    plane.path(m, line.class, stretch);
    if points.len() <= DOTTED {
        for (x, value) in points {
            if let Some(value) = value {
                plane.dot(m, line.dot, (x, value));
            }
        }
    }
}

/// Days along an axis, of which some are named.
fn axis(days: &[Day]) -> Axis<'static> {
    let step = days.len().div_ceil(NAMED).max(1);
    let name = |(place, day): (usize, &Day)| {
        let is_named = (days.len() - 1 - place).is_multiple_of(step);
        if is_named { begin_of(*day).day().get(5..).unwrap_or_default().to_owned() } else { String::new() }
    };
    let names = days.iter().enumerate().map(name).collect();
    Axis { name: "day (UTC)", domain: (0.5, days.len() as f64 + 0.5), along: Along::Number, ticks: Ticks::Named(names) }
}

fn describe(days: &[Day], of: &[Line], along: Along) -> String {
    let written = |value: f64| match along {
        Along::Percent => super::figures::percent(value),
        Along::Number => training::report::drawing::short(value, 3),
    };
    let line = |line: &Line| {
        let last = days.iter().zip(&line.values).rev().find_map(|(day, value)| Some((day, (*value)?)));
        let last = last.map_or_else(
            || "no values".to_owned(),
            |(day, value)| format!("{} on {}, the last day with a value", written(value), begin_of(*day).day()),
        );
        format!("{}: {last}", line.name)
    };
    format!("By day. {}. The table has every day.", of.iter().map(line).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(values: &[Option<f64>]) -> Line {
        Line { class: "line main", dot: "dot main", name: "a<b".to_owned(), values: values.to_vec() }
    }

    #[test]
    fn a_day_without_a_value_is_a_gap_and_names_are_escaped() {
        let of = [line(&[Some(0.1), None, Some(0.3), Some(0.2)])];
        let svg = lines(&mut Numbers::default(), "PSI", &[1, 2, 3, 4], &of, Along::Number, &[]);
        assert_eq!(svg.matches("<path").count(), 2, "{svg}");
        assert!(svg.contains("a&lt;b") && !svg.contains("a<b") && svg.contains("01-05"), "{svg}");
        assert!(lines(&mut Numbers::default(), "PSI", &[1], &[line(&[None])], Along::Number, &[]).is_empty());
    }

    #[test]
    fn bars_stand_upon_one_another() {
        let svg = bars(
            &mut Numbers::default(),
            "Volume",
            &[1, 2],
            &[line(&[Some(3.0), None]), line(&[Some(1.0), Some(2.0)])],
        );
        assert_eq!(svg.matches("<rect").count(), 3, "{svg}");
    }
}
