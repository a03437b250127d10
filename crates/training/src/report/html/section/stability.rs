//! Shift from train to test, or from the scorecard's baseline to a new sample.

use super::sides;
use crate::{
    drift::{Stability, Thresholds},
    figure::decimals_beside,
    report::{
        ReportData,
        html::{
            markup::Markup,
            number::{count, fixed, percent, signed},
            plot::{self, Numbers},
            sources::{Source, cite},
            table::{Cell, Table},
        },
    },
};

pub(super) fn write(m: &mut Markup, numbers: &mut Numbers, data: &ReportData) {
    let (expected, actual) = sides(data);
    m.tag("p", &[], |m| {
        m.text(&format!("Expected: {expected}; actual: {actual}. "));
        cite(m, &[Source::Psi]);
    });
    let mut table = Table::new("Stability of the score (PSI) and of each characteristic (CSI)").words("Of").figures(&[
        "Index",
        "Limit of chance (95%)",
        "Light",
    ]);
    let Thresholds { amber, red } = Thresholds::default();
    let limits = [amber, red];
    for one in &data.stability {
        table.row(vec![
            Cell::text(&one.name),
            Cell::Figure(fixed(one.stability.index, decimals_beside(one.stability.index, &limits, 4))),
            Cell::maybe(one.stability.chance, |chance| fixed(chance, 4)),
            Cell::Light(one.stability.light),
        ]);
    }
    table.write(m);
    m.tag("div", &[("class", "wide")], |m| {
        plot::index_bars(m, numbers, &data.stability, &Thresholds::default());
        if let Some(score) = data.stability.iter().find(|one| one.name == "score") {
            plot::shares(
                m,
                numbers,
                &format!("Score bands, {expected} and {actual}"),
                (expected, actual),
                &score.stability,
            );
        }
    });
    if let Some(score) = data.stability.iter().find(|one| one.name == "score") {
        bands(m, &score.stability, (expected, actual));
    }
}

fn bands(m: &mut Markup, stability: &Stability, (expected, actual): (&str, &str)) {
    let mut table = Table::new("PSI of the score by band").words("Score").figures(&[
        &format!("Share, {expected}"),
        &format!("Count, {actual}"),
        &format!("Share, {actual}"),
        "Difference, percentage points",
        "Part of the index",
    ]);
    for row in &stability.rows {
        table.row(vec![
            Cell::text(&row.label),
            Cell::Figure(percent(row.expected_share, 1)),
            Cell::Figure(count(row.actual_count)),
            Cell::Figure(percent(row.actual_share, 1)),
            Cell::Figure(signed(100.0 * (row.actual_share - row.expected_share), 1)),
            Cell::Figure(fixed(row.part, 4)),
        ]);
    }
    table.write(m);
}
