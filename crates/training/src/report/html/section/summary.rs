//! What matters first, and the model card.

use super::{super::sources, ranked, sides};
use crate::{
    drift::Light,
    report::{
        ReportData,
        html::{
            markup::Markup,
            number::{count, fixed, percent},
            plot::Numbers,
            sources::{Source, cite},
            table::facts,
        },
    },
    validation::Estimate,
};

pub(super) fn write(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let samples = ranked(data);
    m.tag("dl", &[("class", "tiles")], |m| {
        if let Some(sample) = samples.first() {
            let measures = &sample.measures;
            let name = &sample.name;
            tile(m, &format!("Gini, {name}"), &fixed(measures.gini.value, 3), &interval(&measures.gini));
            tile(m, &format!("AUC, {name}"), &fixed(measures.auc.value, 3), &interval(&measures.auc));
            tile(m, &format!("KS, {name}"), &fixed(measures.ks.value, 3), &interval(&measures.ks));
            let of = format!("{} of {} applicants", count(measures.bads), count(measures.goods + measures.bads));
            tile(m, &format!("Bad rate, {name}"), &percent(measures.bad_rate, 1), &of);
        }
        if let Some(score) = data.stability.iter().find(|one| one.name == "score") {
            let word = match score.stability.light {
                Light::Green => "green",
                Light::Amber => "amber",
                Light::Red => "red",
            };
            let (expected, actual) = sides(data);
            tile(m, &format!("PSI, {expected} to {actual}"), &fixed(score.stability.index, 3), word);
        }
        tile(m, "Characteristics", &data.characteristics.len().to_string(), &candidates(data));
    });
    if samples.len() > 1 {
        let words: Vec<String> =
            samples.iter().map(|s| format!("{} on {}", fixed(s.measures.gini.value, 3), s.name)).collect();
        m.tag("p", &[("class", "quiet")], |m| {
            m.text(&format!("Gini: {}. Intervals are at 95%.", words.join(", ")));
            cite(m, &[Source::Auc, Source::Ks, Source::Bootstrap]);
        });
    }
    super::verdicts::write(m, data);
    if !data.warnings.is_empty() {
        m.line("h3", &[], "To look into");
        m.list("warnings", &data.warnings);
    }
}

fn candidates(data: &ReportData) -> String {
    if data.selection.is_empty() { String::new() } else { format!("of {} candidates", data.selection.len()) }
}

fn tile(m: &mut Markup, name: &str, figure: &str, small: &str) {
    m.tag("div", &[], |m| {
        m.line("dt", &[], name);
        m.tag("dd", &[], |m| {
            m.text(figure);
            m.line("small", &[], small);
        });
    });
}

/// An interval in words; empty where there is none.
pub(super) fn interval(estimate: &Estimate) -> String {
    estimate.interval.map_or_else(String::new, |i| format!("{} to {}", fixed(i.lower, 3), fixed(i.upper, 3)))
}

pub(super) fn card(m: &mut Markup, _: &mut Numbers, data: &ReportData) {
    let card = &data.card;
    facts(
        m,
        &[
            ("Model", data.model.name.clone()),
            ("Version", data.model.content_hash.clone()),
            ("Author", card.author.clone().unwrap_or_default()),
            ("Intended use", card.intended_use.clone()),
            ("Bad means", card.definition_of_bad.clone().unwrap_or_default()),
        ],
    );
    for (title, lines) in [("Not for", &card.not_for), ("Limits", &card.limits), ("Monitoring", &card.monitoring)] {
        if !lines.is_empty() {
            m.line("h3", &[], title);
            m.list("plain", lines);
        }
    }
    m.line("h3", &[], "For the lender to settle");
    m.tag("dl", &[("class", "facts")], |m| {
        for (name, value) in
            [("Materiality tier", card.materiality.as_deref()), ("Reviewed by", None), ("Approved by, date", None)]
        {
            m.tag("div", &[], |m| {
                m.line("dt", &[], name);
                m.tag("dd", &[], |m| match value {
                    Some(value) => m.text(value),
                    None => m.raw("<span class=\"blank\"></span>"),
                });
            });
        }
    });
    m.tag("p", &[("class", "quiet")], |m| {
        m.text("The tier follows from what rests on the score, which no data set tells.");
        sources::cite(m, &[Source::Card]);
    });
}
