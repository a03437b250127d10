//! Fairness over time, as far as the service can know it: approval rates of the groups that the attributes of a
//! characteristic make. What the model does not ask for, the service does not keep.

use std::collections::BTreeMap;

use store::monitoring::{Day, Of};
use training::fairness::{FairnessOptions, two_proportion_z};
use training::report::drawing::{Along, Numbers, fixed};

use super::characteristics::called;
use crate::console::figures::{count, percent};
use crate::console::plots::{Line, Mark, lines, rates};
use crate::scoring::Engine;

/// Groups that are followed by day: more lines cannot be told apart.
const FOLLOWED: usize = 4;
/// Their lines and dots.
const LINES: [(&str, &str); FOLLOWED] =
    [("line main", "dot main"), ("line bad", "dot bad"), ("line good", "dot good"), ("line amber", "dot amber")];
const LINE_NAME: &str = "0.80: the four-fifths line";

/// A group's row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) is_reference: bool,
    pub(super) applicants: String,
    pub(super) approved: String,
    pub(super) rate: String,
    pub(super) air: String,
    /// Whether the ratio is below the line.
    pub(super) is_below: bool,
    pub(super) p: String,
    pub(super) is_small: bool,
}

/// The groups of a characteristic.
pub(super) struct Groups {
    /// Characteristics to choose: name, what it is called, whether it is chosen.
    pub(super) choices: Vec<(String, String, bool)>,
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    pub(super) rates: String,
    pub(super) by_day: String,
    /// Days with approvals that were not yet counted by attribute.
    pub(super) uncounted: usize,
}

/// Applicants and approved of a group.
#[derive(Clone, Copy, Default)]
struct Tally {
    all: f64,
    approved: f64,
}

impl Tally {
    fn rate(self) -> Option<f64> {
        (self.all > 0.0).then(|| self.approved / self.all)
    }
}

impl Groups {
    /// By the characteristic of a name, by the first without one; none where the model has none.
    pub(super) fn of(
        numbers: &mut Numbers,
        engine: &Engine,
        days: &[Day],
        sums: &BTreeMap<Day, BTreeMap<Of, f64>>,
        by: Option<&str>,
    ) -> Option<Self> {
        let characteristics = &engine.scorecard().characteristics;
        let chosen = characteristics.iter().position(|one| by == Some(one.name.as_str())).unwrap_or(0);
        let names = engine.attributes.get(chosen)?;
        let characteristic = u32::try_from(chosen).ok()?;
        let tally = |sums: &BTreeMap<Of, f64>, attribute: u32| Tally {
            all: sums.get(&Of::Attribute(characteristic, attribute)).copied().unwrap_or(0.0),
            approved: sums.get(&Of::Approved(characteristic, attribute)).copied().unwrap_or(0.0),
        };
        let groups = || (0_u32..).zip(names);
        // Days of before approvals were counted by attribute would look as if nobody had been approved.
        let is_counted = |sums: &BTreeMap<Of, f64>| {
            let approved = sums.get(&Of::Decision(1)).copied().unwrap_or(0.0);
            approved == 0.0 || groups().any(|(attribute, _)| tally(sums, attribute).approved > 0.0)
        };
        let counted: BTreeMap<&Day, &BTreeMap<Of, f64>> = sums.iter().filter(|(_, sums)| is_counted(sums)).collect();
        let add = |sum: Tally, one: Tally| Tally { all: sum.all + one.all, approved: sum.approved + one.approved };
        let whole = |attribute| counted.values().map(|sums| tally(sums, attribute)).fold(Tally::default(), add);
        let mut order: Vec<(u32, &String, Tally)> = groups()
            .map(|(attribute, name)| (attribute, name, whole(attribute)))
            .filter(|(.., of)| of.all > 0.0)
            .collect();
        order.sort_by(|a, b| b.2.all.total_cmp(&a.2.all));
        let options = FairnessOptions::default();
        let reference = order.first().map(|(attribute, _, of)| (*attribute, *of));
        let row = |(attribute, name, of): &(u32, &String, Tally)| {
            let (first, against) = reference.unwrap_or_default();
            let is_reference = *attribute == first;
            let air = ratio(of.rate(), against.rate()).filter(|_| !is_reference);
            let whole = |of: Tally| (of.approved as u64, (of.all - of.approved).max(0.0) as u64);
            let ((a, b), (c, d)) = (whole(*of), whole(against));
            let p = two_proportion_z(a, b, c, d).filter(|_| !is_reference);
            Row {
                name: (*name).clone(),
                is_reference,
                applicants: count(of.all as u64),
                approved: count(of.approved as u64),
                rate: of.rate().map_or_else(|| "–".to_owned(), percent),
                air: air.map_or_else(|| "–".to_owned(), |air| fixed(air, 2)),
                is_below: air.is_some_and(|air| air < options.impact_line),
                p: p.map_or_else(|| "–".to_owned(), |(_, p)| if p < 0.001 { "<0.001".to_owned() } else { fixed(p, 3) }),
                is_small: of.all < options.small as f64,
            }
        };
        let line = |(place, (attribute, name, _)): (usize, &(u32, &String, Tally))| {
            let (class, dot) = LINES.get(place).copied().unwrap_or(("line second", "dot mark"));
            let on = |day: &Day| {
                let sums = counted.get(day)?;
                ratio(tally(sums, *attribute).rate(), tally(sums, reference?.0).rate())
            };
            Line { class, dot, name: (*name).clone(), values: days.iter().map(on).collect() }
        };
        let followed: Vec<Line> = order.iter().skip(1).take(FOLLOWED).enumerate().map(line).collect();
        let mark = Mark { at: options.impact_line, name: LINE_NAME };
        let of_rates: Vec<(String, f64)> =
            order.iter().filter_map(|(_, name, of)| Some(((*name).clone(), of.rate()?))).collect();
        let at_line = reference
            .and_then(|(_, of)| of.rate())
            .map(|rate| Mark { at: rate * options.impact_line, name: "four fifths of the largest group’s rate" });
        Some(Self {
            choices: characteristics
                .iter()
                .enumerate()
                .map(|(place, one)| (one.name.clone(), called(one.label.as_ref(), &one.name), place == chosen))
                .collect(),
            name: characteristics.get(chosen).map(|one| called(one.label.as_ref(), &one.name))?,
            rows: order.iter().map(row).collect(),
            rates: if of_rates.is_empty() {
                String::new()
            } else {
                rates(numbers, "Approval rate by group", &of_rates, at_line.as_ref())
            },
            by_day: lines(numbers, "Adverse impact ratio by day", days, &followed, Along::Number, &[mark]),
            uncounted: sums.len() - counted.len(),
        })
    }
}

/// The adverse impact ratio.
fn ratio(rate: Option<f64>, against: Option<f64>) -> Option<f64> {
    let (rate, against) = (rate?, against?);
    (against > 0.0).then(|| rate / against)
}
