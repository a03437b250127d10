//! A model: what it is and where it stands, how it was measured, its bins, what it takes in, and what may be done with it.

use askama::Template;
use axum::extract::State;
use scorecard::model::{Field, FieldType, Scorecard};
use serde_json::Value as Json;
use store::registry::{DocumentKind, Validation};
use training::report::drawing::{Markup, Numbers, fixed, short};
use training::report::{ReportData, SampleReport};
use training::validation::Estimate;
use uuid::Uuid;

use super::super::documents::{Choice, Row, choices};
use super::bins::{Drawn, drawn, population};
use crate::access::scope;
use crate::console::{Asked, Names, Page, Shell, Visitor, draw, figures};
use crate::conventions::extract::Path;
use crate::state::App;
use crate::trainings;

#[derive(Template)]
#[template(path = "console/model.html")]
struct Model {
    shell: Shell,
    row: Row,
    four_eyes: bool,
    description: String,
    tiles: Vec<Tile>,
    facts: Vec<Fact>,
    training: Option<Uuid>,
    has_report: bool,
    warnings: Option<String>,
    policies: Vec<Choice>,
    others: Vec<Choice>,
    samples: Vec<Measured>,
    validations: Vec<Measured>,
    target: String,
    bad: String,
    population: Option<String>,
    characteristics: Vec<Drawn>,
    fields: Vec<Input>,
    derived: Vec<(String, String)>,
}

/// A figure at the head of the page.
struct Tile {
    name: &'static str,
    value: String,
    small: String,
}

/// A line of what is known of it.
struct Fact {
    name: &'static str,
    value: String,
}

/// How it did on a sample.
struct Measured {
    sample: String,
    /// When it was measured, and by whom; of the training none.
    time: Option<store::Moment>,
    by: String,
    rows: String,
    bad_rate: String,
    auc: String,
    gini: String,
    ks: String,
}

/// A field of an application.
struct Input {
    name: String,
    label: String,
    kind: String,
    required: &'static str,
    allowed: String,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ModelsRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let registered = store.registered(DocumentKind::Model, id).await?;
    let engine = app.engines().load(store, &registered.hash.to_string(), None).await?;
    let card = engine.scorecard();
    let report = trainings::report::of(store, id).await?;
    let validations = store.validations(id).await?;
    let who: Vec<&str> = validations.iter().map(|one| one.by.as_str()).chain([registered.by.as_str()]).collect();
    let people = Names::of(store, &who).await?;
    let champion = store.deployment().await?.champion.and_then(|champion| champion.policy);
    let mut numbers = Numbers::default();
    let others = choices(store, DocumentKind::Model, None).await?;
    draw(&Model {
        four_eyes: app.config().deployment.four_eyes,
        description: card.description.clone(),
        tiles: tiles(card, report.as_ref()),
        facts: facts(card),
        training: store.training_of_model(id).await?.map(|training| training.id),
        has_report: report.is_some(),
        warnings: report.as_ref().filter(|report| !report.warnings.is_empty()).map(warned),
        policies: choices(store, DocumentKind::Policy, champion.map(|policy| policy.id)).await?,
        others: others.into_iter().filter(|other| other.id != id).collect(),
        samples: report.iter().flat_map(|report| &report.samples).map(of_sample).collect(),
        validations: validations.iter().map(|one| of_validation(one, &people)).collect(),
        target: card.provenance.target.clone().unwrap_or_default(),
        bad: card.provenance.bad_values.join(","),
        population: population(card, &mut numbers),
        characteristics: drawn(card, report.as_ref(), &mut numbers),
        fields: card.fields.iter().map(input).collect(),
        derived: card.derived.iter().map(|one| (one.name.clone(), one.field_type.to_string())).collect(),
        row: Row::of(registered, &people),
        shell: visitor.shell,
    })
}

fn tiles(card: &Scorecard, report: Option<&ReportData>) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let mut put = |name, value, small: String| tiles.push(Tile { name, value, small });
    // The sample that the model has not seen says more; it is the last one.
    match report.and_then(|report| report.samples.last()) {
        Some(sample) => {
            let of = |estimate: &Estimate| match &estimate.interval {
                Some(i) => format!("{} sample, {} to {}", sample.name, fixed(i.lower, 3), fixed(i.upper, 3)),
                None => format!("{} sample", sample.name),
            };
            put("AUC", fixed(sample.measures.auc.value, 3), of(&sample.measures.auc));
            put("Gini", fixed(sample.measures.gini.value, 3), of(&sample.measures.gini));
            put("KS", fixed(sample.measures.ks.value, 3), of(&sample.measures.ks));
        }
        None => {
            for (name, key) in [("AUC", "test_auc"), ("Gini", "test_gini"), ("KS", "test_ks")] {
                if let Some(value) = card.provenance.metrics.get(key) {
                    put(name, fixed(*value, 3), "test sample, as the model says".to_owned());
                }
            }
        }
    }
    if let Some([low, high]) = card.sum_range() {
        put("Scores", format!("{} to {}", short(low.to_f64(), 1), short(high.to_f64(), 1)), String::new());
    }
    if let Some(scaling) = &card.scaling {
        let at = format!("{} to 1 at {}", short(scaling.odds, 2), short(scaling.points, 1));
        put("Points to double the odds", short(scaling.pdo, 1), at);
    }
    put("Characteristics", card.characteristics.len().to_string(), format!("{} fields", card.fields.len()));
    tiles
}

/// What the report says to look into.
fn warned(report: &ReportData) -> String {
    let mut m = Markup::default();
    m.list("warnings", &report.warnings);
    m.finish()
}

fn facts(card: &Scorecard) -> Vec<Fact> {
    let from = &card.provenance;
    let target = from.target.as_ref().map(|target| match from.bad_values.is_empty() {
        true => target.clone(),
        false => format!("{target}; bad where {}", from.bad_values.join(" or ")),
    });
    [
        ("Made by", from.author.clone()),
        ("Made with", from.tool.clone()),
        ("Target", target),
        ("Rows learnt from", from.rows.map(figures::count)),
        ("Data", from.data_hash.clone()),
        ("Seed", from.seed.map(|seed| seed.to_string())),
        ("Reasons drawn against", Some(card.reasons.method.to_string())),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| Fact { name, value }))
    .collect()
}

fn of_sample(sample: &SampleReport) -> Measured {
    let measures = &sample.measures;
    let estimate = |estimate: &Estimate| fixed(estimate.value, 3);
    Measured {
        sample: sample.name.clone(),
        time: None,
        by: String::new(),
        rows: figures::count(measures.rows),
        bad_rate: figures::percent(measures.bad_rate),
        auc: estimate(&measures.auc),
        gini: estimate(&measures.gini),
        ks: estimate(&measures.ks),
    }
}

/// A validation's headline; what its figures do not say is left blank.
fn of_validation(validation: &Validation, people: &Names) -> Measured {
    let sample = validation.figures.pointer("/samples/0").unwrap_or(&Json::Null);
    let figure = |path: &str| sample.pointer(path).and_then(Json::as_f64);
    let estimate = |name: &str| {
        let value = figure(&format!("/measures/{name}/value"));
        value.map_or_else(String::new, |value| fixed(value, 3))
    };
    Measured {
        sample: sample.pointer("/name").and_then(Json::as_str).unwrap_or("validation").to_owned(),
        time: Some(validation.time),
        by: people.name(&validation.by),
        rows: sample.pointer("/measures/rows").and_then(Json::as_u64).map(figures::count).unwrap_or_default(),
        bad_rate: figure("/measures/bad_rate").map(figures::percent).unwrap_or_default(),
        auc: estimate("auc"),
        gini: estimate("gini"),
        ks: estimate("ks"),
    }
}

fn input(field: &Field) -> Input {
    let kind = match (field.field_type, &field.unit) {
        (FieldType::Categorical, _) => "category".to_owned(),
        (kind, Some(unit)) => format!("{kind}, {unit}"),
        (kind, None) => kind.to_string().replace('_', " and "),
    };
    let ranges = field.ranges.iter().map(ToString::to_string);
    let values = field.values.iter().map(|value| match value {
        scorecard::Literal::Text(text) => text.clone(),
        other => other.to_string(),
    });
    Input {
        name: field.name.clone(),
        label: field.label.clone().unwrap_or_default(),
        kind,
        required: if field.required { "yes" } else { "may be missing" },
        allowed: ranges.chain(values).collect::<Vec<_>>().join(", "),
    }
}
