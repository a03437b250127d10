//! Where the scores lie, and what a cut-off would have meant.

use super::ranked;
use crate::report::{
    ReportData,
    html::{
        markup::Markup,
        number::{count, percent, short},
        plot::{self, Numbers},
        table::{Cell, Table},
    },
};

pub(super) fn write(m: &mut Markup, numbers: &mut Numbers, data: &ReportData) {
    let samples = ranked(data);
    let Some(sample) = samples.first() else { return };
    m.tag("div", &[("class", "wide")], |m| plot::distribution(m, numbers, sample));
    let mut table = Table::new(format!("Score distribution, {}", sample.name)).words("Score").figures(&[
        "Goods",
        "Bads",
        "Share",
        "Share of goods",
        "Share of bads",
        "Bad rate",
    ]);
    for band in &sample.distribution {
        table.row(vec![
            Cell::Text(format!("{} to under {}", short(band.from, 4), short(band.to, 4))),
            Cell::Figure(count(band.goods)),
            Cell::Figure(count(band.bads)),
            Cell::Figure(percent(band.share, 1)),
            Cell::Figure(percent(band.share_of_goods, 1)),
            Cell::Figure(percent(band.share_of_bads, 1)),
            Cell::maybe(band.bad_rate, |rate| percent(rate, 1)),
        ]);
    }
    table.write(m);
    m.tag("div", &[("class", "wide")], |m| plot::cut_offs(m, numbers, sample));
    let mut table = Table::new(format!("Cut-offs, {}: applicants with at least this score are approved", sample.name))
        .words("Cut-off")
        .figures(&[
            "Approved",
            "Approval rate",
            "Bad rate of approved",
            "Bad rate of declined",
            "Bads declined",
            "Goods declined",
        ]);
    for row in &sample.cut_offs {
        table.row(vec![
            Cell::Text(short(row.cut, 4)),
            Cell::Figure(count(row.approved)),
            Cell::Figure(percent(row.approval_rate, 1)),
            Cell::maybe(row.bad_rate, |rate| percent(rate, 1)),
            Cell::maybe(row.declined_bad_rate, |rate| percent(rate, 1)),
            Cell::Figure(percent(row.bads_declined, 1)),
            Cell::Figure(percent(row.goods_declined, 1)),
        ]);
    }
    table.write(m);
}
