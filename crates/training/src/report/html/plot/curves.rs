//! Curves: ROC, KS, calibration, gains, lift, cut-offs.

use super::{
    frame::{Along, Axis, Caption, Key, Numbers, Plane, Ticks},
    scale::{nice_domain, px},
};
use crate::{
    report::{
        SampleReport,
        html::{
            markup::Markup,
            number::{fixed, percent, short},
        },
    },
    validation::{Calibration, CurvePoint},
};

const SQUARE: (f64, f64) = (420.0, 360.0);

/// Classes of the lines of samples: the one that matters most, then the others.
const LINES: [&str; 3] = ["line main", "line second", "line third"];

fn class_of(place: usize) -> &'static str {
    LINES.get(place).or(LINES.last()).copied().unwrap_or_default()
}

fn shares<'a>(name: &'a str) -> Axis<'a> {
    Axis { name, domain: (0.0, 1.0), along: Along::Percent, ticks: Ticks::Round(5) }
}

/// ROC curves; the sample that matters most comes first.
pub fn roc(m: &mut Markup, numbers: &mut Numbers, samples: &[&SampleReport]) {
    let words = |s: &&SampleReport| format!("{}: AUC {}", s.name, fixed(s.measures.auc.value, 3));
    let legend: Vec<Key> = samples.iter().enumerate().map(|(place, s)| (class_of(place), words(s))).collect();
    let description = format!(
        "Share of bads declined over share of goods declined as the cut-off rises. {}.",
        samples.iter().map(words).collect::<Vec<_>>().join("; ")
    );
    numbers.figure(m, &Caption { title: "ROC curve", description, legend }, SQUARE, |m| {
        let plane = Plane::draw(m, SQUARE, &shares("goods declined"), &shares("bads declined"));
        plane.path(m, "line chance", [(0.0, 0.0), (1.0, 1.0)]);
        for (place, sample) in samples.iter().enumerate().rev() {
            plane.path(m, class_of(place), sample.curve.iter().map(|p: &CurvePoint| (p.goods, p.bads)));
        }
    });
}

/// The cumulative shares of goods and bads over the score, and their greatest distance.
pub fn kolmogorov_smirnov(m: &mut Markup, numbers: &mut Numbers, sample: &SampleReport) {
    let scores: Vec<f64> = sample.curve.iter().filter_map(|p| p.score).collect();
    let (Some(low), Some(high)) = (scores.first(), scores.last()) else { return };
    let at = sample.measures.ks_score;
    let ks = fixed(sample.measures.ks.value, 3);
    let caption = Caption {
        title: "Kolmogorov–Smirnov curve",
        description: format!(
            "Cumulative shares of bads and goods over the score on the {} sample. They are furthest apart, by {ks}, at a \
             score of {}.",
            sample.name,
            short(at, 1)
        ),
        legend: vec![
            ("line bad", "bads".to_owned()),
            ("line good", "goods".to_owned()),
            ("line mark", format!("KS {ks} at score {}", short(at, 1))),
        ],
    };
    numbers.figure(m, &caption, SQUARE, |m| {
        let x =
            Axis { name: "score", domain: nice_domain(*low, *high, 6), along: Along::Number, ticks: Ticks::Round(6) };
        let plane = Plane::draw(m, SQUARE, &x, &shares("share at or below the score"));
        let point = |p: &CurvePoint| p.score.unwrap_or(*low);
        plane.path(m, "line bad", sample.curve.iter().map(|p| (point(p), p.bads)));
        plane.path(m, "line good", sample.curve.iter().map(|p| (point(p), p.goods)));
        if let Some(p) = sample.curve.iter().find(|p| p.score == Some(at)) {
            plane.path(m, "line mark", [(at, p.goods), (at, p.bads)]);
            plane.dot(m, "dot mark", (at, p.goods));
            plane.dot(m, "dot mark", (at, p.bads));
        }
    });
}

/// Observed over predicted bad rates, with Wilson intervals.
pub fn calibration(m: &mut Markup, numbers: &mut Numbers, name: &str, calibration: &Calibration) {
    let highest = calibration.groups.iter().fold(0.0_f64, |most, group| {
        most.max(group.predicted).max(group.observed.interval.map_or(group.observed.value, |interval| interval.upper))
    });
    let domain = (0.0, nice_domain(0.0, highest.max(1e-6), 5).1.min(1.0));
    let caption = Caption {
        title: &format!("Calibration, {name}"),
        description: format!(
            "Bad rate seen over mean probability of bad given, by group of similar probability, on the {name} sample, with 95 % intervals. On \
             the dashed line the probabilities are true."
        ),
        legend: vec![("dot main", format!("{name}, 95% Wilson interval")), ("line chance", "perfect".to_owned())],
    };
    numbers.figure(m, &caption, SQUARE, |m| {
        let axis = |name| Axis { name, domain, along: Along::Percent, ticks: Ticks::Round(5) };
        let plane = Plane::draw(m, SQUARE, &axis("predicted bad rate"), &axis("observed bad rate"));
        plane.path(m, "line chance", [(domain.0, domain.0), (domain.1, domain.1)]);
        for group in &calibration.groups {
            if let Some(interval) = group.observed.interval {
                plane.path(m, "line bar", [(group.predicted, interval.lower), (group.predicted, interval.upper)]);
            }
            plane.dot(m, "dot main", (group.predicted, group.observed.value));
        }
    });
}

/// Share of bads found over share of applicants looked at, lowest scores first.
pub fn gains(m: &mut Markup, numbers: &mut Numbers, samples: &[&SampleReport]) {
    let legend = samples.iter().enumerate().map(|(place, s)| (class_of(place), s.name.clone()));
    let caption = Caption {
        title: "Gains",
        description:
            "Share of all bads found among the applicants with the lowest scores, over their share of all applicants."
                .to_owned(),
        legend: legend.chain([("line chance", "by chance".to_owned())]).collect(),
    };
    numbers.figure(m, &caption, SQUARE, |m| {
        let plane = Plane::draw(m, SQUARE, &shares("applicants, lowest scores first"), &shares("bads found"));
        plane.path(m, "line chance", [(0.0, 0.0), (1.0, 1.0)]);
        for (place, sample) in samples.iter().enumerate().rev() {
            let points = sample.gains.iter().map(|row| (row.cumulative_share, row.cumulative_bads));
            plane.path(m, class_of(place), std::iter::once((0.0, 0.0)).chain(points));
        }
    });
}

/// Bad rate of each score group over that of all.
pub fn lift(m: &mut Markup, numbers: &mut Numbers, sample: &SampleReport) {
    let most = sample.gains.iter().fold(1.0_f64, |most, row| most.max(row.lift));
    let caption = Caption {
        title: "Lift by score group",
        description: format!(
            "Bad rate of each score group over that of all on the {} sample, lowest scores first: {}.",
            sample.name,
            sample.gains.iter().map(|row| fixed(row.lift, 2)).collect::<Vec<_>>().join(", ")
        ),
        legend: vec![("block bad", format!("{} bad rate ÷ overall bad rate", sample.name))],
    };
    numbers.figure(m, &caption, SQUARE, |m| {
        let groups = sample.gains.len().max(1) as f64;
        let x = Axis {
            name: "score group, lowest first",
            domain: (0.5, groups + 0.5),
            along: Along::Number,
            ticks: Ticks::Named((1..=sample.gains.len()).map(|group| group.to_string()).collect()),
        };
        let y = Axis {
            name: "lift",
            domain: (0.0, nice_domain(0.0, most, 5).1),
            along: Along::Number,
            ticks: Ticks::Round(5),
        };
        let plane = Plane::draw(m, SQUARE, &x, &y);
        for (row, place) in sample.gains.iter().zip(1_u32..) {
            let place = f64::from(place);
            plane.rectangle(m, "block bad", (place - 0.36, place + 0.36), (0.0, row.lift));
            let (x, y) = (px(plane.x.at(place)), px(plane.y.at(row.lift) - 4.0));
            m.line("text", &[("class", "tick mid"), ("x", &x), ("y", &y)], &fixed(row.lift, 1));
        }
        plane.path(m, "line chance", [(x.domain.0, 1.0), (x.domain.1, 1.0)]);
    });
}

/// Approval rate and bad rate of the approved over the cut-off.
pub fn cut_offs(m: &mut Markup, numbers: &mut Numbers, sample: &SampleReport) {
    let (Some(first), Some(last)) = (sample.cut_offs.first(), sample.cut_offs.last()) else { return };
    if sample.cut_offs.len() < 2 {
        return;
    }
    let size = (860.0, 320.0);
    let caption = Caption {
        title: "What each cut-off would have meant",
        description: format!(
            "From a cut-off of {} to one of {} the approval rate falls from {} to {}.",
            short(first.cut, 2),
            short(last.cut, 2),
            percent(first.approval_rate, 1),
            percent(last.approval_rate, 1)
        ),
        legend: vec![
            ("line main", "approval rate".to_owned()),
            ("line bad", "bad rate of the approved".to_owned()),
            ("line second", "bads declined".to_owned()),
        ],
    };
    numbers.figure(m, &caption, size, |m| {
        let x = Axis {
            name: "cut-off (score)",
            domain: (first.cut, last.cut),
            along: Along::Number,
            ticks: Ticks::Round(10),
        };
        let plane = Plane::draw(m, size, &x, &shares("share"));
        plane.path(m, "line second", sample.cut_offs.iter().map(|row| (row.cut, row.bads_declined)));
        plane.path(m, "line main", sample.cut_offs.iter().map(|row| (row.cut, row.approval_rate)));
        plane.path(m, "line bad", sample.cut_offs.iter().filter_map(|row| Some((row.cut, row.bad_rate?))));
    });
}
