//! How reasons for a decision are drawn.

use crate::report::{
    ReportData,
    html::{
        markup::Markup,
        number::{count, fixed, percent},
        plot::Numbers,
        sources::{Source, cite},
        table::{Cell, Table},
    },
};

pub(super) fn write(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let Some(reasons) = &data.reasons else { return };
    m.tag("p", &[], |m| {
        m.text(&format!("Method: {}. At most {} reasons are given. {}", reasons.method, reasons.at_most, reasons.note));
        cite(m, &[Source::Reasons]);
    });
    let mut table = Table::new("Baselines, in points, and the reason of each characteristic")
        .words("Characteristic")
        .figures(&["Maximum", "Mean of all", "Mean at the cut-off"])
        .figures(&["Given first", "Given"])
        .words("Code")
        .words("Reason");
    for row in &reasons.characteristics {
        let points = |value: Option<f64>| Cell::maybe(value, |points| fixed(points, 2));
        table.row(vec![
            Cell::text(&row.characteristic),
            points(row.maximum),
            points(row.mean),
            points(row.mean_at_cutoff),
            Cell::maybe(row.given_first, |share| percent(share, 1)),
            Cell::maybe(row.given, |share| percent(share, 1)),
            Cell::Code(row.code.clone()),
            Cell::text(&row.text),
        ]);
    }
    table.write(m);
    if let Some(declined) = reasons.declined {
        let words = format!(
            "Given first, given: shares of the {} applicants below the cut-off on the sample that matters most.",
            count(declined as f64)
        );
        m.line("p", &[("class", "quiet")], &words);
    }
}
