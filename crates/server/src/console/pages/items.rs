//! Items: the catalogue of credit products.

mod one;

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::{Eligibility, Item};
use training::report::drawing::short;
use uuid::Uuid;

pub(super) use self::one::page as one;
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::resources::api_keys::{after, next};
use crate::resources::items::standing;
use crate::state::App;

/// Items of a page.
const LIMIT: usize = 100;

/// Which items.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    category: Option<String>,
    cursor: Option<String>,
}

/// An item as it is shown.
struct Row {
    id: Uuid,
    name: String,
    description: String,
    category: String,
    /// Who is eligible, in words.
    eligible: String,
    min_score: String,
    max_score: String,
    expression: String,
    problem: Option<String>,
    tag: String,
    version: u64,
    updated: (String, String),
}

impl Row {
    fn of(item: Item, app: &App) -> Self {
        let (problem, tag) = standing(&item, app);
        let Item { id, content, version, updated, .. } = item;
        let eligibility = content.eligibility.unwrap_or_default();
        // Fields of forms take a plain number, without a typographic minus.
        let bound = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        Self {
            id,
            name: content.name,
            description: content.description,
            category: content.category,
            eligible: words(&eligibility),
            min_score: bound(eligibility.min_score),
            max_score: bound(eligibility.max_score),
            expression: eligibility.expression.unwrap_or_default(),
            problem,
            tag: tag.to_string(),
            version,
            updated: (updated.to_string(), moment(updated)),
        }
    }
}

/// Who is eligible, in words.
fn words(eligibility: &Eligibility) -> String {
    let score = match (eligibility.min_score, eligibility.max_score) {
        (None, None) => None,
        (Some(low), None) => Some(format!("score from {}", short(low, 2))),
        (None, Some(high)) => Some(format!("score up to {}", short(high, 2))),
        (Some(low), Some(high)) => Some(format!("score from {} to {}", short(low, 2), short(high, 2))),
    };
    match (score, &eligibility.expression) {
        (None, None) => "everyone".to_owned(),
        (Some(score), None) => score,
        (None, Some(expression)) => expression.clone(),
        (Some(score), Some(expression)) => format!("{score}, and {expression}"),
    }
}

#[derive(Template)]
#[template(path = "console/items.html")]
struct Items {
    shell: Shell,
    rows: Vec<Row>,
    category: String,
    next: Option<String>,
    is_first: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::AccountOwn>,
    Asked(Query(look)): Asked<Query<Look>>,
) -> Page {
    let category = look.category.filter(|category| !category.is_empty());
    let list = format!("items?{}", category.as_deref().unwrap_or_default());
    let from = after(&app, &list, look.cursor.as_deref())?;
    let mut items = app.items()?.items(category.as_deref(), from, LIMIT + 1).await?;
    let next = next(&app, &list, &mut items, LIMIT, |item| item.id);
    draw(&Items {
        shell: visitor.shell,
        rows: items.into_iter().map(|item| Row::of(item, &app)).collect(),
        category: category.unwrap_or_default(),
        next,
        is_first: look.cursor.is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_eligible_is_said_in_words() {
        let of = |min_score, max_score, expression: Option<&str>| {
            words(&Eligibility { min_score, max_score, expression: expression.map(str::to_owned) })
        };
        assert_eq!(of(None, None, None), "everyone");
        assert_eq!(of(Some(600.0), Some(650.5), None), "score from 600 to 650.5");
        assert_eq!(of(None, Some(600.0), Some("age >= 21")), "score up to 600, and age >= 21");
    }
}
