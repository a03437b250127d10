//! The characteristics of a scorecard with their bins, drawn: as the report measured them, or as the scorecard itself holds them.

use scorecard::model::{Attribute, Characteristic, Scorecard};
use training::report::drawing::{
    Along, Axis, Caption, Markup, Numbers, Plane, Ticks, bins, fixed, nice_domain, percent, short,
};
use training::report::{CharacteristicReport, ReportData};
use training::validation::BinRow;

/// A characteristic as its part of the page shows it.
pub(super) struct Drawn {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) field: String,
    pub(super) unit: Option<String>,
    pub(super) reason: String,
    pub(super) iv: String,
    pub(super) points: String,
    pub(super) bins: Vec<Bin>,
    /// The plot; `None` where the model does not say what its bins held.
    pub(super) plot: Option<String>,
}

/// A bin, in figures.
pub(super) struct Bin {
    pub(super) label: String,
    pub(super) share: String,
    pub(super) bad_rate: String,
    pub(super) woe: String,
    pub(super) points: String,
    pub(super) tested: Option<String>,
}

const ABSENT: &str = "–";

/// Every characteristic of a scorecard, with the report's figures where there is a report.
pub(super) fn drawn(card: &Scorecard, report: Option<&ReportData>, numbers: &mut Numbers) -> Vec<Drawn> {
    let mut of = |one: &Characteristic| {
        let reported = report.and_then(|report| report.characteristics.iter().find(|known| known.name == one.name));
        let figures = reported.cloned().or_else(|| held(card, one));
        let sample = |place: usize| report.and_then(|report| report.samples.get(place)).map(|one| one.name.as_str());
        let plot = figures.as_ref().map(|figures| {
            let mut m = Markup::default();
            let names = (sample(0).unwrap_or("development"), sample(1).unwrap_or("test"));
            // Whoever has no mouse scrolls it too.
            let label = format!("Bins of {}, drawn", one.name);
            let scrolls = [("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", label.as_str())];
            m.tag("div", &scrolls, |m| bins(m, numbers, figures, names));
            m.finish()
        });
        let field = card.fields.iter().find(|field| field.name == one.field);
        Drawn {
            name: one.name.clone(),
            title: one.label.clone().unwrap_or_else(|| one.name.clone()),
            field: one.field.clone(),
            unit: field.and_then(|field| field.unit.clone()),
            reason: one.reason.as_ref().map(|reason| format!("{} {}", reason.code, reason.text)).unwrap_or_default(),
            iv: figures.as_ref().map_or_else(|| ABSENT.to_owned(), |figures| fixed(figures.information_value, 3)),
            points: range(&one.attributes),
            bins: match &figures {
                Some(figures) => measured(figures),
                None => one.attributes.iter().map(bare).collect(),
            },
            plot,
        }
    };
    card.characteristics.iter().map(&mut of).collect()
}

/// A characteristic as the scorecard holds it; `None` where it does not say what each of its bins held.
fn held(card: &Scorecard, one: &Characteristic) -> Option<CharacteristicReport> {
    let statistics: Vec<_> =
        one.attributes.iter().map(|attribute| attribute.statistics.as_ref()).collect::<Option<_>>()?;
    let bads: f64 = statistics.iter().map(|held| held.count * held.bad_rate).sum();
    let goods: f64 = statistics.iter().map(|held| held.count).sum::<f64>() - bads;
    let row = |(attribute, held): (&Attribute, &&scorecard::model::AttributeStatistics)| {
        let bad = held.count * held.bad_rate;
        let part = |some: f64, all: f64| if all > 0.0 { some / all } else { 0.0 };
        BinRow {
            label: attribute.name().into_owned(),
            count: held.count,
            share: held.share,
            goods: held.count - bad,
            bads: bad,
            bad_rate: (held.count > 0.0).then_some(held.bad_rate),
            woe: held.woe,
            iv: (part(held.count - bad, goods) - part(bad, bads)) * held.woe,
            points: attribute.points_expression.is_none().then(|| attribute.points.to_f64()),
        }
    };
    let bins: Vec<BinRow> = one.attributes.iter().zip(&statistics).map(row).collect();
    let field_type = card.field_type(&one.field);
    Some(CharacteristicReport {
        name: one.name.clone(),
        label: one.label.clone(),
        unit: None,
        kind: if field_type.is_some_and(|kind| kind.is_numeric()) { "numeric" } else { "categorical" }.to_owned(),
        trend: None,
        information_value: one
            .statistics
            .as_ref()
            .map_or_else(|| bins.iter().map(|bin| bin.iv).sum(), |known| known.information_value),
        test_information_value: None,
        bins,
        test_bins: Vec::new(),
    })
}

fn measured(figures: &CharacteristicReport) -> Vec<Bin> {
    let row = |(place, bin): (usize, &BinRow)| Bin {
        label: bin.label.clone(),
        share: percent(bin.share, 1),
        bad_rate: bin.bad_rate.map_or_else(|| ABSENT.to_owned(), |rate| percent(rate, 1)),
        woe: fixed(bin.woe, 3),
        points: bin.points.map_or_else(|| ABSENT.to_owned(), |points| short(points, 2)),
        tested: figures.test_bins.get(place).and_then(|bin| bin.bad_rate).map(|rate| percent(rate, 1)),
    };
    figures.bins.iter().enumerate().map(row).collect()
}

fn bare(attribute: &Attribute) -> Bin {
    let absent = || ABSENT.to_owned();
    let points = match attribute.points_expression {
        Some(_) => "computed".to_owned(),
        None => short(attribute.points.to_f64(), 2),
    };
    Bin {
        label: attribute.name().into_owned(),
        share: absent(),
        bad_rate: absent(),
        woe: absent(),
        points,
        tested: None,
    }
}

fn range(attributes: &[Attribute]) -> String {
    if attributes.iter().any(|attribute| attribute.points_expression.is_some()) {
        return "computed".to_owned();
    }
    let points = || attributes.iter().map(|attribute| attribute.points.to_f64());
    let (low, high) = (points().fold(f64::INFINITY, f64::min), points().fold(f64::NEG_INFINITY, f64::max));
    if low.is_finite() { format!("{} to {}", short(low, 2), short(high, 2)) } else { ABSENT.to_owned() }
}

/// The scores of those that the model was fitted on, drawn; `None` where it does not say.
pub(super) fn population(card: &Scorecard, numbers: &mut Numbers) -> Option<String> {
    let population = card.population.as_ref().filter(|population| !population.bands.is_empty())?;
    let bands = &population.bands;
    let size = (860.0, 260.0);
    let name = |band: &scorecard::model::ScoreBand| match (band.from, band.to) {
        (None, Some(to)) => format!("< {}", short(to, 1)),
        (Some(from), _) => format!("≥ {}", short(from, 1)),
        (None, None) => "all".to_owned(),
    };
    let most = bands.iter().map(|band| band.share.max(band.bad_rate)).fold(0.0, f64::max);
    let caption = Caption {
        title: "Scores of the development sample",
        description: bands
            .iter()
            .map(|band| {
                format!("{}: share {}, bad rate {}", name(band), percent(band.share, 1), percent(band.bad_rate, 1))
            })
            .collect::<Vec<_>>()
            .join("; "),
        legend: vec![("block second", "share of all".to_owned()), ("block bad", "bad rate in the band".to_owned())],
    };
    let mut m = Markup::default();
    numbers.figure(&mut m, &caption, size, |m| {
        let count = bands.len() as f64;
        let ticks = Ticks::Named(bands.iter().map(name).collect());
        let x = Axis { name: "score", domain: (0.5, count + 0.5), along: Along::Number, ticks };
        let domain = (0.0, nice_domain(0.0, most.max(1e-6), 5).1);
        let y = Axis { name: "share", domain, along: Along::Percent, ticks: Ticks::Round(5) };
        let plane = Plane::draw(m, size, &x, &y);
        for (band, place) in bands.iter().zip(1_u32..) {
            let place = f64::from(place);
            plane.rectangle(m, "block second", (place - 0.36, place - 0.01), (0.0, band.share));
            plane.rectangle(m, "block bad", (place + 0.01, place + 0.36), (0.0, band.bad_rate));
        }
    });
    Some(m.finish())
}
