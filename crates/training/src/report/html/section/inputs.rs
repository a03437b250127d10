//! The data and how it was split; what it takes to do it again.

use crate::report::{
    ReportData,
    html::{
        markup::Markup,
        number::{count, percent},
        plot::Numbers,
        table::{Cell, Table, facts},
    },
};

pub(super) fn write(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let source = &data.data;
    facts(
        m,
        &[
            ("Source", source.source.clone()),
            ("Hash of its bytes", source.hash.clone().unwrap_or_default()),
            ("Rows used", count(source.rows as f64)),
            ("Columns", count(source.columns as f64)),
            ("Target", source.target.clone()),
            ("Values that are bad", source.bad_values.join(", ")),
            ("Weights", source.weight.clone().unwrap_or_default()),
            ("Protected (fairness only)", source.protected.join(", ")),
            ("Excluded", source.excluded.join(", ")),
            ("Split", data.split.method.clone()),
            ("Seed", data.split.seed.to_string()),
        ],
    );
    let weighted = data.samples.iter().any(|sample| sample.weighting.is_some());
    let mut table = Table::new("Samples").words("Sample").figures(&["Rows"]);
    if weighted {
        table = table.figures(&["Weight", "Effective size"]);
    }
    table = table.figures(&["Goods", "Bads", "Bad rate"]);
    for sample in &data.samples {
        let measures = &sample.measures;
        let mut row = vec![Cell::text(&sample.name), Cell::Figure(count(measures.rows as f64))];
        if weighted {
            row.push(Cell::maybe(sample.weighting.map(|weighting| weighting.sum), count));
            row.push(Cell::maybe(sample.weighting.map(|weighting| weighting.effective), count));
        }
        row.extend([
            Cell::Figure(count(measures.goods)),
            Cell::Figure(count(measures.bads)),
            Cell::Figure(percent(measures.bad_rate, 2)),
        ]);
        table.row(row);
    }
    table.write(m);
    if weighted {
        m.line(
            "p",
            &[("class", "quiet")],
            "Weights are scaled to add up to the effective size of each sample, (Σw)² / Σw²: as many rows of equal weight would \
             tell as much. Goods, bads and counts of bins are such records; rates and shares are those of the weights as given.",
        );
    }
    if !source.left_out.is_empty() {
        let mut table = Table::new("Rows left out").words("Cause").figures(&["Rows"]);
        for left_out in &source.left_out {
            table.row(vec![Cell::text(&left_out.cause), Cell::Figure(count(left_out.rows as f64))]);
        }
        table.write(m);
    }
}

/// What it takes to make the same scorecard again, byte for byte.
pub(super) fn reproduction(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    m.line(
        "p",
        &[],
        "The same program, data and settings give the same scorecard, byte for byte, on any number of threads.",
    );
    facts(
        m,
        &[
            ("Program", data.tool.clone()),
            ("Command", data.command.clone().unwrap_or_default()),
            ("Data", data.data.hash.clone().unwrap_or_default()),
            ("Scorecard", data.model.content_hash.clone()),
            ("Seed", data.split.seed.to_string()),
        ],
    );
    let mut table = Table::new("Settings, defaults included").words("Setting").words("Value");
    for setting in &data.options {
        table.row(vec![Cell::Code(setting.name.clone()), Cell::Code(setting.value.clone())]);
    }
    table.write(m);
}
