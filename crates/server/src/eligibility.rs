//! Who is eligible for which item of the catalogue: compiled once for a model, asked once a score.
//!
//! Items are read again when this process changes one, and within a second after another instance did. A model that
//! comes into force is met by the next score: the catalogue is compiled for it then.

mod compile;

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use scorecard::{Evaluation, Value, policy::PolicyEvaluator};
use store::{Item, Items};
use uuid::Uuid;

use crate::{
    App,
    scoring::{EligibleItem, Engine},
};

/// How often to ask whether another instance changed an item.
const LOOK: Duration = Duration::from_millis(900);
/// Items that one reading asks for.
const PAGE: usize = 200;

/// The items as they are, and compiled for the model that last asked.
#[derive(Debug, Default)]
pub struct Eligibility {
    items: RwLock<Arc<Listed>>,
    compiled: RwLock<Arc<Catalogue>>,
}

/// The items at a revision.
#[derive(Debug, Default)]
struct Listed {
    revision: Option<u64>,
    items: Vec<Item>,
}

/// Who is eligible for each item, for one model.
#[derive(Debug, Default)]
pub struct Catalogue {
    model: String,
    revision: Option<u64>,
    offers: Vec<Offer>,
    groups: Vec<Group>,
    problems: HashMap<Uuid, String>,
}

/// An item for which somebody may be eligible.
#[derive(Debug)]
struct Offer {
    id: Uuid,
    name: String,
    category: String,
    lowest: f64,
    highest: f64,
    /// Whether an expression must be true besides.
    has_expression: bool,
}

/// Expressions that are looked at together: a rule each, of the offer at the same place.
#[derive(Debug)]
struct Group {
    rules: PolicyEvaluator,
    offers: Vec<usize>,
}

impl Eligibility {
    /// The catalogue for a model.
    pub fn of(&self, engine: &Engine) -> Arc<Catalogue> {
        let items = Arc::clone(&self.items.read().unwrap_or_else(PoisonError::into_inner));
        let compiled = Arc::clone(&self.compiled.read().unwrap_or_else(PoisonError::into_inner));
        if compiled.revision == items.revision && compiled.model == engine.model_hash {
            return compiled;
        }
        let compiled = Arc::new(compile::compile(&items, engine));
        *self.compiled.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&compiled);
        compiled
    }

    /// Why nobody would be eligible for an item, as it is given, with a model.
    pub fn problem(item: &Item, engine: &Engine) -> Option<String> {
        compile::problem(item, engine)
    }

    /// Reads the items again if they changed.
    ///
    /// # Errors
    /// Those of the catalogue's face; what was read last stays.
    pub async fn refresh(&self, catalogue: &dyn Items) -> store::Result<()> {
        // Asked before the items are read: a change in between is seen the next time.
        let revision = Some(catalogue.revision().await?);
        if self.items.read().unwrap_or_else(PoisonError::into_inner).revision == revision {
            return Ok(());
        }
        let mut items: Vec<Item> = Vec::new();
        loop {
            let page = catalogue.items(None, items.last().map(|item| item.id), PAGE).await?;
            let is_last = page.len() < PAGE;
            items.extend(page);
            if is_last {
                break;
            }
        }
        let mut listed = self.items.write().unwrap_or_else(PoisonError::into_inner);
        // Of two that read at once the later revision stays.
        if listed.revision < revision {
            *listed = Arc::new(Listed { revision, items });
        }
        Ok(())
    }
}

impl Catalogue {
    /// The items that an applicant is eligible for, in the order of their ids. Without items nothing is allocated.
    pub fn eligible(&self, values: &[Value<'_>], evaluation: &Evaluation) -> Vec<EligibleItem<'static>> {
        if self.offers.is_empty() {
            return Vec::new();
        }
        let score = evaluation.score.to_f64();
        let mut is_met: Vec<bool> = self.offers.iter().map(|offer| !offer.has_expression).collect();
        for group in &self.groups {
            // An application whose derived fields have no value makes no expression true.
            let Ok(outcome) = group.rules.decide(values, evaluation) else { continue };
            for fired in &outcome.fired {
                let offer = group.offers.get(fired.rule as usize);
                if let Some(is_met) = offer.and_then(|offer| is_met.get_mut(*offer)) {
                    *is_met = true;
                }
            }
        }
        let of = |offer: &Offer| EligibleItem {
            id: offer.id,
            name: Cow::Owned(offer.name.clone()),
            category: Cow::Owned(offer.category.clone()),
        };
        let is_eligible = |(offer, is_met): &(&Offer, bool)| *is_met && offer.lowest <= score && score <= offer.highest;
        self.offers.iter().zip(is_met).filter(is_eligible).map(|(offer, _)| of(offer)).collect()
    }

    /// Why nobody is eligible for an item with this model, if that is so.
    pub fn problem(&self, item: Uuid) -> Option<&str> {
        self.problems.get(&item).map(String::as_str)
    }
}

/// Reads the items, and goes on doing so until the service stops.
pub(crate) async fn start(app: &App) {
    let Ok(items) = app.items().cloned() else { return };
    if let Err(error) = app.eligibility().refresh(&*items).await {
        tracing::warn!(%error, "the items cannot be read yet");
    }
    let app = app.clone();
    tokio::spawn(async move {
        let follow = async {
            loop {
                tokio::time::sleep(LOOK).await;
                if let Err(error) = app.eligibility().refresh(&*items).await {
                    tracing::debug!(%error, "the items cannot be read; those of before stay");
                }
            }
        };
        tokio::select! {
            () = follow => {}
            () = app.drain().closing() => {}
        }
    });
}
