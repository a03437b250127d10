//! How groups of people fare.

use crate::{
    fairness::{FairnessColumn, FairnessGroup, ReferenceChoice},
    figure::decimals_beside,
    report::{
        ReportData,
        html::{
            markup::Markup,
            number::{count, fixed, p_value, percent, short, signed},
            plot::Numbers,
            sources::{Source, cite},
            table::{Cell, Table},
        },
    },
};

pub(super) fn write(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    m.tag("p", &[], |m| {
        m.text(
            "Figures, not verdicts: none of them says whether a difference is lawful, and a ratio of small counts says little. \
             These columns are no inputs of the scorecard.",
        );
        cite(m, &[Source::Impact]);
    });
    data.fairness.iter().for_each(|column| write_column(m, column));
}

fn write_column(m: &mut Markup, column: &FairnessColumn) {
    m.line("h3", &[], &column.column);
    let choice = match column.reference_choice {
        ReferenceChoice::Named => "as named",
        ReferenceChoice::Largest => "the largest group",
    };
    let at = short(column.cut_off, 4);
    let words = format!("Approved from a score of {at}. Reference: {} ({choice}).", column.reference);
    m.line("p", &[("class", "quiet")], &words);
    let mut approvals = Table::new(format!("{}: approvals at a cut-off of {at}", column.column))
        .words("Group")
        .figures(&["Rows", "Approved", "Declined", "Approval rate", "AIR", "95% interval", "Fisher P", "z", "P of z"])
        .words("Flags");
    let mut accuracy = Table::new(format!("{}: scores and accuracy", column.column)).words("Group").figures(&[
        "Mean score",
        "SMD",
        "Goods",
        "Bads",
        "Bad rate",
        "Bad rate of approved",
        "AUC",
    ]);
    for group in &column.groups {
        let interval = group.air.and_then(|air| air.interval);
        let air = group.air.map(|air| air.value);
        let row = vec![
            Cell::text(&group.group),
            Cell::Figure(count(group.rows as f64)),
            Cell::Figure(count(group.approved as f64)),
            Cell::Figure(count(group.declined as f64)),
            Cell::Figure(percent(group.approval_rate, 1)),
            Cell::maybe(air, |air| fixed(air, decimals_beside(air, &[column.impact_line], 3))),
            interval.map_or(Cell::Absent, |i| Cell::Figure(format!("{} to {}", fixed(i.lower, 2), fixed(i.upper, 2)))),
            Cell::maybe(group.fisher_p, p_value),
            Cell::maybe(group.z, |z| fixed(z, 2)),
            Cell::maybe(group.z_p, p_value),
            flags(group),
        ];
        if group.reference {
            approvals.strong(row)
        } else {
            approvals.row(row)
        }
        let row = vec![
            Cell::text(&group.group),
            Cell::Figure(fixed(group.mean_score, 1)),
            Cell::maybe(group.smd, |smd| signed(smd, 3)),
            Cell::maybe(group.goods, count),
            Cell::maybe(group.bads, count),
            Cell::maybe(group.bad_rate, |rate| percent(rate, 1)),
            Cell::maybe(group.approved_bad_rate, |rate| percent(rate, 1)),
            Cell::maybe(group.auc, |auc| fixed(auc, 3)),
        ];
        if group.reference { accuracy.strong(row) } else { accuracy.row(row) }
    }
    approvals.write(m);
    accuracy.write(m);
    if !column.notes.is_empty() {
        m.list("plain quiet", &column.notes);
    }
}

fn flags(group: &FairnessGroup) -> Cell {
    match (group.reference, group.below_line, group.small) {
        (true, _, false) => Cell::text("reference"),
        (true, _, true) => Cell::Flag("reference, small"),
        (false, true, false) => Cell::Flag("below the line"),
        (false, true, true) => Cell::Flag("below the line, small"),
        (false, false, true) => Cell::Flag("small"),
        (false, false, false) => Cell::Text(String::new()),
    }
}
