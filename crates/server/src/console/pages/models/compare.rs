//! Two models side by side: figures, characteristics, points by attribute, and what the one did in the other's shadow.

use askama::Template;
use axum::extract::State;
use scorecard::model::{Characteristic, Scorecard};
use serde::Deserialize;
use store::registry::{DocumentKind, Registered};
use store::{Moment, Store, monitoring::day_of};
use training::report::ReportData;
use training::report::drawing::{fixed, short};
use uuid::Uuid;

use super::super::documents::{Choice, choices, title};
use crate::access::scope;
use crate::console::{Asked, Page, Shell, Visitor, draw, figures};
use crate::conventions::extract::Query;
use crate::monitoring::{Comparison, comparisons};
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::trainings;

/// Days of shadow scores that are added up.
const DAYS: i64 = 366;
const ABSENT: &str = "–";

#[derive(Template)]
#[template(path = "console/compare.html")]
struct Compare {
    shell: Shell,
    first: Vec<Choice>,
    second: Vec<Choice>,
    pair: Option<Pair>,
}

/// Which two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::console::pages) struct CompareQuery {
    a: Option<Uuid>,
    b: Option<Uuid>,
}

/// The two, compared.
struct Pair {
    a: Side,
    b: Side,
    figures: Vec<[String; 3]>,
    characteristics: Vec<[String; 3]>,
    points: Vec<Changed>,
    shadows: Vec<Shadow>,
}

struct Side {
    id: Uuid,
    title: String,
}

/// A characteristic of both whose points differ.
struct Changed {
    name: String,
    rows: Vec<Points>,
}

struct Points {
    attribute: String,
    a: String,
    b: String,
    difference: String,
}

/// What the one did while the other answered.
struct Shadow {
    champion: String,
    challenger: String,
    has_scored: bool,
    scored: String,
    failed: u64,
    mean: String,
    deviation: String,
    swaps: Vec<[String; 3]>,
}

/// One of the two, with all that is compared.
struct Compared {
    registered: Registered,
    card: Scorecard,
    report: Option<ReportData>,
}

impl Compared {
    async fn read(app: &App, store: &Store, id: Uuid) -> Result<Self, Problem> {
        let registered = store.registered(DocumentKind::Model, id).await?;
        let engine = app.engines().load(store, &registered.hash.to_string(), None).await?;
        let report = trainings::report::of(store, id).await?;
        Ok(Self { registered, card: engine.scorecard().clone(), report })
    }

    fn title(&self) -> String {
        title(&self.registered.name, &self.registered.label)
    }

    fn hash(&self) -> String {
        format!("sha256:{}", self.registered.hash)
    }
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ModelsRead>,
    Asked(Query(query)): Asked<Query<CompareQuery>>,
) -> Page {
    let store = app.store()?;
    let pair = match (query.a, query.b) {
        (Some(a), Some(b)) if a == b => {
            let detail = "a model is like itself; choose two";
            return Err(Kind::InvalidParameter.because(detail).into());
        }
        (Some(a), Some(b)) => Some(compared(&app, store, a, b).await?),
        _ => None,
    };
    let first = choices(store, DocumentKind::Model, query.a).await?;
    let second = choices(store, DocumentKind::Model, query.b).await?;
    draw(&Compare { shell: visitor.shell, first, second, pair })
}

async fn compared(app: &App, store: &Store, a: Uuid, b: Uuid) -> Result<Pair, Problem> {
    let (a, b) = (Compared::read(app, store, a).await?, Compared::read(app, store, b).await?);
    let today = day_of(Moment::now());
    let all = comparisons(&store.challenger_sums(today - DAYS, today).await?);
    let of_these = |one: &&Comparison| {
        let pair = [&one.champion, &one.challenger];
        pair == [&a.hash(), &b.hash()] || pair == [&b.hash(), &a.hash()]
    };
    Ok(Pair {
        figures: side_by_side(&a, &b),
        characteristics: characteristics(&a, &b),
        points: points(&a.card, &b.card),
        shadows: all.iter().filter(of_these).map(|one| shadow(one, &a, &b)).collect(),
        a: Side { id: a.registered.id, title: a.title() },
        b: Side { id: b.registered.id, title: b.title() },
    })
}

fn side_by_side(a: &Compared, b: &Compared) -> Vec<[String; 3]> {
    let row = |name: &str, of: &dyn Fn(&Compared) -> Option<String>| {
        let cell = |one| of(one).unwrap_or_else(|| ABSENT.to_owned());
        [name.to_owned(), cell(a), cell(b)]
    };
    // Of the sample that a model has not seen: the last of its report, or what the model itself says of it.
    let measured = |one: &Compared, key: &str, of: fn(&training::validation::Measures) -> f64| {
        let sample = one.report.as_ref().and_then(|report| report.samples.last());
        let value = sample.map(|sample| of(&sample.measures));
        value.or_else(|| one.card.provenance.metrics.get(key).copied()).map(|value| fixed(value, 3))
    };
    vec![
        row("AUC", &|one| measured(one, "test_auc", |measures| measures.auc.value)),
        row("Gini", &|one| measured(one, "test_gini", |measures| measures.gini.value)),
        row("KS", &|one| measured(one, "test_ks", |measures| measures.ks.value)),
        row("Bad rate of its sample", &|one| {
            let sample = one.report.as_ref()?.samples.last()?;
            Some(figures::percent(sample.measures.bad_rate))
        }),
        row("Rows learnt from", &|one| one.card.provenance.rows.map(figures::count)),
        row("Scores", &|one| {
            one.card.sum_range().map(|[low, high]| format!("{} to {}", short(low.to_f64(), 1), short(high.to_f64(), 1)))
        }),
        row("Points to double the odds", &|one| one.card.scaling.map(|scaling| short(scaling.pdo, 1))),
        row("Characteristics", &|one| Some(one.card.characteristics.len().to_string())),
        row("Fields", &|one| Some(one.card.fields.len().to_string())),
    ]
}

/// Information value and range of points of each characteristic that either has.
fn characteristics(a: &Compared, b: &Compared) -> Vec<[String; 3]> {
    let named = |one: &Compared, name: &str| one.card.characteristics.iter().find(|known| known.name == name).cloned();
    let cell =
        |one: &Compared, name: &str| named(one, name).map_or_else(|| "not in it".to_owned(), |known| told(&known));
    let mut names: Vec<String> = a.card.characteristics.iter().map(|one| one.name.clone()).collect();
    for one in &b.card.characteristics {
        if !names.contains(&one.name) {
            names.push(one.name.clone());
        }
    }
    names.into_iter().map(|name| [name.clone(), cell(a, &name), cell(b, &name)]).collect()
}

fn told(one: &Characteristic) -> String {
    let points = || one.attributes.iter().map(|attribute| attribute.points.to_f64());
    let (low, high) = (points().fold(f64::INFINITY, f64::min), points().fold(f64::NEG_INFINITY, f64::max));
    let iv = one.statistics.as_ref().map(|known| format!("IV {}, ", fixed(known.information_value, 3)));
    let bins = one.attributes.len();
    format!("{}{bins} bins, {} to {} points", iv.unwrap_or_default(), short(low, 2), short(high, 2))
}

/// The attributes of characteristics that both have, where their points or their bins differ.
fn points(a: &Scorecard, b: &Scorecard) -> Vec<Changed> {
    let mut changed = Vec::new();
    for one in &a.characteristics {
        let Some(other) = b.characteristics.iter().find(|other| other.name == one.name) else { continue };
        let worth = |of: &Characteristic| -> Vec<(String, f64)> {
            of.attributes.iter().map(|known| (known.name().into_owned(), known.points.to_f64())).collect()
        };
        let (first, second) = (worth(one), worth(other));
        if first == second {
            continue;
        }
        let find =
            |all: &[(String, f64)], name: &str| all.iter().find(|(known, _)| known == name).map(|(_, worth)| *worth);
        let mut names: Vec<&String> = first.iter().map(|(name, _)| name).collect();
        names.extend(second.iter().map(|(name, _)| name).filter(|name| find(&first, name).is_none()));
        let row = |name: &String| {
            let (left, right) = (find(&first, name), find(&second, name));
            let cell = |worth: Option<f64>| worth.map_or_else(|| ABSENT.to_owned(), |worth| short(worth, 2));
            let difference = left.zip(right).map(|(left, right)| right - left);
            let sign = if difference.is_some_and(|difference| difference > 0.0) { "+" } else { "" };
            let difference = difference.map_or_else(|| ABSENT.to_owned(), |some| format!("{sign}{}", short(some, 2)));
            Points { attribute: name.clone(), a: cell(left), b: cell(right), difference }
        };
        changed.push(Changed {
            name: one.label.clone().unwrap_or_else(|| one.name.clone()),
            rows: names.into_iter().map(row).collect(),
        });
    }
    changed
}

fn shadow(one: &Comparison, a: &Compared, b: &Compared) -> Shadow {
    let named = |hash: &str| if hash == a.hash() { a.title() } else { b.title() };
    let number = |value: Option<f64>| value.map_or_else(|| ABSENT.to_owned(), |value| fixed(value, 1));
    Shadow {
        champion: named(&one.champion),
        challenger: named(&one.challenger),
        has_scored: one.scored > 0,
        scored: figures::count(one.scored),
        failed: one.failed,
        mean: number(one.mean_difference),
        deviation: number(one.standard_deviation),
        swaps: one
            .decisions
            .iter()
            .map(|swap| [swap.champion.to_owned(), swap.challenger.to_owned(), figures::count(swap.count)])
            .collect(),
    }
}
