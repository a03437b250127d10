//! Each characteristic with its bins.

use crate::{
    report::{
        CharacteristicReport, ReportData,
        html::{
            markup::Markup,
            number::{ABSENT, count, fixed, percent, short},
            plot::{self, Numbers},
            sources::{Source, cite},
            table::{Cell, Table},
        },
    },
    validation::{BinRow, SampleRole},
};

pub(super) fn write(m: &mut Markup, numbers: &mut Numbers, data: &ReportData) {
    let name = |place: usize| data.samples.get(place).map_or("test", |sample| sample.name.as_str());
    let samples = (name(0), name(1));
    let mut table = Table::new("Characteristics of the scorecard")
        .words("Characteristic")
        .words("Kind")
        .words("Trend of the bad rate")
        .figures(&["Bins", &format!("IV, {}", samples.0), &format!("IV, {}", samples.1)])
        .figures(&["Points, lowest", "Points, highest"]);
    for one in &data.characteristics {
        let points: Vec<f64> = one.bins.iter().filter_map(|bin| bin.points).collect();
        let end = |value: f64| if value.is_finite() { Cell::Figure(short(value, 2)) } else { Cell::Absent };
        table.row(vec![
            Cell::text(&one.name),
            Cell::text(&one.kind),
            Cell::text(one.trend.as_deref().unwrap_or(ABSENT)),
            Cell::Figure(one.bins.len().to_string()),
            Cell::Figure(fixed(one.information_value, 3)),
            Cell::maybe(one.test_information_value, |iv| fixed(iv, 3)),
            end(points.iter().copied().fold(f64::INFINITY, f64::min)),
            end(points.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ]);
    }
    table.write(m);
    m.tag("p", &[("class", "quiet")], |m| {
        m.text("WoE above 0 is better than average. ");
        if data.samples.first().is_some_and(|sample| sample.role == SampleRole::Development) {
            m.text("Bins are learnt on the train sample; test figures use the same bins.");
        } else {
            m.text("Bins are the scorecard's attributes; WoE and IV are those of this sample.");
        }
        cite(m, &[Source::Woe]);
    });
    for one in &data.characteristics {
        m.tag("div", &[("class", "characteristic")], |m| characteristic(m, numbers, one, samples));
    }
}

fn characteristic(m: &mut Markup, numbers: &mut Numbers, one: &CharacteristicReport, samples: (&str, &str)) {
    m.tag("h3", &[], |m| {
        m.text(one.label.as_deref().unwrap_or(&one.name));
        let unit = one.unit.as_ref().map(|unit| format!(", in {unit}")).unwrap_or_default();
        let name = if one.label.is_some() { format!("{} · ", one.name) } else { String::new() };
        m.line("small", &[], &format!("{name}{}{unit} · IV {}", one.kind, fixed(one.information_value, 3)));
    });
    m.tag("div", &[("class", "wide")], |m| plot::bins(m, numbers, one, samples));
    let tested = !one.test_bins.is_empty();
    let mut table = Table::new(format!("{}: bins on the {} sample", one.name, samples.0))
        .words("Bin")
        .figures(&["Count", "Share", "Goods", "Bads", "Bad rate", "WoE", "IV", "Points"]);
    if tested {
        table = table.figures(&[&format!("Share, {}", samples.1), &format!("Bad rate, {}", samples.1)]);
    }
    for (place, bin) in one.bins.iter().enumerate() {
        let mut cells = vec![
            Cell::text(&bin.label),
            Cell::Figure(count(bin.count)),
            Cell::Figure(percent(bin.share, 1)),
            Cell::Figure(count(bin.goods)),
            Cell::Figure(count(bin.bads)),
            Cell::maybe(bin.bad_rate, |rate| percent(rate, 1)),
            Cell::Figure(fixed(bin.woe, 3)),
            Cell::Figure(fixed(bin.iv, 4)),
            Cell::maybe(bin.points, |points| short(points, 4)),
        ];
        if tested {
            let test: Option<&BinRow> = one.test_bins.get(place);
            cells.push(Cell::maybe(test.map(|bin| bin.share), |share| percent(share, 1)));
            cells.push(Cell::maybe(test.and_then(|bin| bin.bad_rate), |rate| percent(rate, 1)));
        }
        table.row(cells);
    }
    let sum = |of: fn(&BinRow) -> f64| one.bins.iter().map(of).sum::<f64>();
    let (goods, bads) = (sum(|bin| bin.goods), sum(|bin| bin.bads));
    table.strong(vec![
        Cell::text("All"),
        Cell::Figure(count(sum(|bin| bin.count))),
        Cell::Figure(percent(sum(|bin| bin.share), 1)),
        Cell::Figure(count(goods)),
        Cell::Figure(count(bads)),
        Cell::Figure(percent(bads / (goods + bads), 1)),
        Cell::Absent,
        Cell::Figure(fixed(sum(|bin| bin.iv), 4)),
        Cell::Absent,
    ]);
    table.write(m);
}
