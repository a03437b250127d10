//! Whether the probabilities are true.

use super::ranked;
use crate::report::{
    ReportData,
    html::{
        markup::Markup,
        number::{count, fixed, p_value, percent},
        plot::{self, Numbers},
        sources::{Source, cite},
        table::{Cell, Table},
    },
};

pub(super) fn write(m: &mut Markup, numbers: &mut Numbers, data: &ReportData) {
    let samples = ranked(data);
    let mut table = Table::new("Calibration by sample").words("Sample").figures(&[
        "Bads expected",
        "Bads seen",
        "Intercept (ideal 0)",
        "95% interval",
        "Slope (ideal 1)",
        "95% interval",
        "Hosmer–Lemeshow χ²",
        "d.f.",
        "P",
    ]);
    for sample in &samples {
        let Some(found) = &sample.calibration else { continue };
        let mut cells = vec![
            Cell::text(&sample.name),
            Cell::Figure(fixed(found.expected_bads, 1)),
            Cell::Figure(count(found.observed_bads)),
        ];
        for estimate in [&found.intercept, &found.slope] {
            cells.push(Cell::maybe(estimate.map(|e| e.value), |value| fixed(value, 3)));
            let interval = estimate.and_then(|e| e.interval);
            cells.push(
                interval
                    .map_or(Cell::Absent, |i| Cell::Figure(format!("{} to {}", fixed(i.lower, 2), fixed(i.upper, 2)))),
            );
        }
        let test = found.hosmer_lemeshow;
        cells.push(Cell::maybe(test.map(|t| t.statistic), |value| fixed(value, 2)));
        cells.push(Cell::maybe(test.map(|t| f64::from(t.degrees_of_freedom)), |value| fixed(value, 0)));
        cells.push(Cell::maybe(test.map(|t| t.p_value), p_value));
        table.row(cells);
    }
    table.write(m);
    m.tag("p", &[("class", "quiet")], |m| {
        m.text(
            "An intercept above 0 means that risk is underestimated; a slope below 1 that the probabilities are too extreme. In large samples \
             the test finds differences that do not matter: look at the plot.",
        );
        cite(m, &[Source::Calibration]);
    });
    m.tag("div", &[("class", "pair")], |m| {
        for sample in &samples {
            if let Some(found) = &sample.calibration {
                plot::calibration(m, numbers, &sample.name, found);
            }
        }
    });
    for sample in samples.iter().take(1) {
        let Some(found) = &sample.calibration else { continue };
        let mut table = Table::new(format!("Predicted and observed bad rate by group, {}", sample.name))
            .words("PD of the group")
            .figures(&["Rows", "Predicted", "Observed", "95% interval"]);
        for group in &found.groups {
            table.row(vec![
                Cell::Text(format!("{} to {}", percent(group.from, 1), percent(group.to, 1))),
                Cell::Figure(count(group.rows as f64)),
                Cell::Figure(percent(group.predicted, 2)),
                Cell::Figure(percent(group.observed.value, 2)),
                group.observed.interval.map_or(Cell::Absent, |i| {
                    Cell::Figure(format!("{} to {}", percent(i.lower, 1), percent(i.upper, 1)))
                }),
            ]);
        }
        table.write(m);
    }
}
