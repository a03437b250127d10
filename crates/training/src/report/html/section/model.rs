//! How the model came to be: selection, regression, scaling.

use crate::report::{
    ReportData,
    html::{
        markup::Markup,
        number::{fixed, p_value, short},
        plot::Numbers,
        sources::{Source, cite},
        table::{Cell, Table, facts},
    },
};

pub(super) fn selection(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let kept = data.selection.iter().filter(|row| row.kept).count();
    m.line("p", &[], &format!("{kept} of {} candidate columns are in the scorecard.", data.selection.len()));
    let mut table = Table::new("Candidates, kept and dropped")
        .words("Column")
        .figures(&["IV", "IV, held out"])
        .words("Step")
        .words("Why");
    for row in &data.selection {
        let cells = vec![
            Cell::text(&row.column),
            Cell::maybe(row.information_value, |iv| fixed(iv, 4)),
            Cell::maybe(row.held_out_information_value, |iv| fixed(iv, 4)),
            Cell::text(&row.step),
            Cell::text(&row.why),
        ];
        if row.kept { table.strong(cells) } else { table.row(cells) }
    }
    table.write(m);
}

pub(super) fn regression(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let Some(regression) = &data.regression else { return };
    m.tag("p", &[], |m| {
        let method = regression.method.trim_end_matches('.');
        m.text(&format!("{method}. Converged in {} steps.", regression.iterations));
        cite(m, &[Source::Regression]);
    });
    let likelihood = regression.log_likelihood.zip(regression.null_log_likelihood);
    if let Some((fitted, null)) = likelihood {
        facts(
            m,
            &[
                ("Log-likelihood", fixed(fitted, 2)),
                ("With the intercept alone", fixed(null, 2)),
                ("McFadden’s R²", fixed(1.0 - fitted / null, 4)),
            ],
        );
    }
    let mut table = Table::new("Coefficients of the WoE").words("Term").figures(&[
        "Coefficient",
        "Std. error",
        "95% interval",
        "P",
        "VIF",
    ]);
    for row in &regression.coefficients {
        let interval = row.estimate.interval;
        table.row(vec![
            Cell::text(&row.name),
            Cell::Figure(fixed(row.estimate.value, 4)),
            Cell::maybe(row.standard_error, |error| fixed(error, 4)),
            interval.map_or(Cell::Absent, |i| Cell::Figure(format!("{} to {}", fixed(i.lower, 3), fixed(i.upper, 3)))),
            Cell::maybe(row.p_value, p_value),
            Cell::maybe(row.vif, |vif| fixed(vif, 2)),
        ]);
    }
    table.write(m);
    if !regression.notes.is_empty() {
        m.list("plain", &regression.notes);
    }
}

pub(super) fn scaling(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let Some(scaling) = &data.scaling else { return };
    m.tag("p", &[], |m| {
        m.text(&format!(
            "A score of {} stands for odds of {} goods to 1 bad, and {} points double the odds.",
            short(scaling.points, 4),
            short(scaling.odds, 4),
            short(scaling.pdo, 4)
        ));
        cite(m, &[Source::Scaling]);
    });
    let mut rows = vec![
        ("Scores that can come out", format!("{} to {}", short(scaling.lowest, 4), short(scaling.highest, 4))),
        ("Points to start with", short(scaling.initial_score, 4)),
        ("Decimals of the points", scaling.decimals.to_string()),
    ];
    if let Some(rounding) = &scaling.rounding {
        rows.push(("Rounding error, mean", format!("{} points", fixed(rounding.mean_absolute, 3))));
        rows.push(("Rounding error, greatest", format!("{} points", fixed(rounding.greatest, 3))));
        rows.push(("AUC lost by rounding", fixed(rounding.auc_lost, 5)));
    }
    facts(m, &rows);
}
