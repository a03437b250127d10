//! Models: what is in force, what waits for a second person, every version, and what was in force before.

mod bins;
mod compare;
mod model;
mod report;

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::registry::{Deployment, DocumentKind, Outcome, Proposal, Reference};
use store::{Moment, Store};
use uuid::Uuid;

use super::documents::{Row, rows, title};
use crate::access::scope;
use crate::console::{Asked, Names, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::problem::Problem;
use crate::state::App;

pub(super) use compare::page as compare;
pub(super) use model::page as one;
pub(super) use report::page as report;

/// The list whose cursors these are.
const LIST: &str = "console models";
/// States of what was in force that are shown at once.
const STATES: usize = 20;
/// Proposals that are looked through for those that wait.
const PROPOSALS: usize = 50;

#[derive(Template)]
#[template(path = "console/models.html")]
struct Models {
    shell: Shell,
    four_eyes: bool,
    in_force: Vec<InForce>,
    proposals: Vec<Waiting>,
    rows: Vec<Row>,
    next: Option<String>,
    states: Vec<Held>,
    older: Option<u64>,
}

/// Which page of which list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelsQuery {
    cursor: Option<String>,
    /// States of what was in force from below this version on.
    below: Option<u64>,
}

/// A document by name, with its page.
struct Named {
    id: Uuid,
    title: String,
}

struct InForce {
    model: Named,
    policy: Option<Named>,
    /// Per cent of the applicants, of a challenger.
    share: Option<u8>,
}

struct Waiting {
    id: Uuid,
    model: Named,
    policy: Option<Named>,
    by: String,
    proposed: Moment,
    expires: Moment,
    /// Whether the visitor proposed it, and so cannot approve it.
    is_own: bool,
}

struct Held {
    version: u64,
    since: Moment,
    action: String,
    by: String,
    champion: String,
    challengers: String,
}

/// Titles of documents by id.
struct Titles(std::collections::HashMap<Uuid, String>);

impl Titles {
    async fn of(store: &Store, wanted: &[(DocumentKind, Reference)]) -> Result<Self, Problem> {
        let mut titles = std::collections::HashMap::new();
        for (kind, reference) in wanted.iter().copied() {
            if let std::collections::hash_map::Entry::Vacant(place) = titles.entry(reference.id) {
                let found = store.registered(kind, reference.id).await?;
                place.insert(title(&found.name, &found.label));
            }
        }
        Ok(Self(titles))
    }

    fn named(&self, reference: Reference) -> Named {
        Named { id: reference.id, title: self.0.get(&reference.id).cloned().unwrap_or_default() }
    }
}

/// Every document that the page names.
fn named(present: &Deployment, states: &[Deployment], open: &[Proposal]) -> Vec<(DocumentKind, Reference)> {
    let of_states = std::iter::once(present).chain(states).flat_map(of_state);
    of_states.chain(open.iter().flat_map(|one| of_pair(one.champion.model, one.champion.policy))).collect()
}

/// The documents that a state names.
fn of_state(state: &Deployment) -> Vec<(DocumentKind, Reference)> {
    let pairs = state.champion.iter().map(|one| (one.model, one.policy));
    let pairs = pairs.chain(state.challengers.iter().map(|one| (one.model, one.policy)));
    pairs.flat_map(|(model, policy)| of_pair(model, policy)).collect()
}

fn of_pair(model: Reference, policy: Option<Reference>) -> impl Iterator<Item = (DocumentKind, Reference)> {
    std::iter::once((DocumentKind::Model, model)).chain(policy.map(|policy| (DocumentKind::Policy, policy)))
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ModelsRead>,
    Asked(Query(query)): Asked<Query<ModelsQuery>>,
) -> Page {
    let store = app.store()?;
    let present = store.deployment().await?;
    let mut states = store.deployments(query.below, STATES + 1).await?;
    let older = (states.len() > STATES).then(|| states.get(STATES - 1).map(|state| state.version)).flatten();
    states.truncate(STATES);
    let open = store.proposals(None, PROPOSALS).await?.into_iter();
    let open: Vec<Proposal> = open.filter(|proposal| proposal.outcome == Outcome::Open).collect();
    let titles = Titles::of(store, &named(&present, &states, &open)).await?;
    let who: Vec<&str> =
        states.iter().map(|one| &one.by).chain(open.iter().map(|one| &one.proposer.by)).map(String::as_str).collect();
    let people = Names::of(store, &who).await?;
    let visitor_is = store.author(visitor.caller.actor()).await?;
    let (rows, next) = rows(&app, DocumentKind::Model, LIST, query.cursor.as_deref()).await?;
    let in_force = |model, policy: Option<Reference>, share| InForce {
        model: titles.named(model),
        policy: policy.map(|policy| titles.named(policy)),
        share,
    };
    draw(&Models {
        four_eyes: app.config().deployment.four_eyes,
        in_force: present
            .champion
            .iter()
            .map(|one| in_force(one.model, one.policy, None))
            .chain(present.challengers.iter().map(|one| in_force(one.model, one.policy, Some(one.share))))
            .collect(),
        proposals: open
            .iter()
            .map(|one| Waiting {
                id: one.id,
                model: titles.named(one.champion.model),
                policy: one.champion.policy.map(|policy| titles.named(policy)),
                by: people.name(&one.proposer.by),
                proposed: one.proposed,
                expires: one.expires,
                is_own: one.proposer.may_be(&visitor_is),
            })
            .collect(),
        rows,
        next,
        states: states.iter().map(|state| row(state, &titles, &people)).collect(),
        older,
        shell: visitor.shell,
    })
}

fn row(state: &Deployment, titles: &Titles, people: &Names) -> Held {
    let pair = |model, policy: Option<Reference>| match policy {
        Some(policy) => format!("{} with {}", titles.named(model).title, titles.named(policy).title),
        None => format!("{} without a policy", titles.named(model).title),
    };
    let challengers =
        state.challengers.iter().map(|one| format!("{} ({} %)", titles.named(one.model).title, one.share));
    Held {
        version: state.version,
        since: state.time,
        action: state.action.replace('_', " "),
        by: people.name(&state.by),
        champion: state.champion.map_or_else(|| "nothing".to_owned(), |one| pair(one.model, one.policy)),
        challengers: challengers.collect::<Vec<_>>().join(", "),
    }
}
