//! The follower that counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::{
    Effects, Store,
    ledger::{Entry, Hash},
    monitoring::{APPROVE, Cell, Day, Of, Sums},
};
use training::drift::DriftCounter;

use super::{
    challengers::Shadows,
    entry::{NO_ATTRIBUTE, Opened, Reviewed, Seen},
};
use crate::{
    App,
    followers::{Follower, Trouble},
    scoring::{Engine, hash_bytes},
};

/// Counts what is scored, and has challengers score it too.
pub struct Monitor {
    app: App,
    store: Arc<Store>,
}

/// A score and what it sealed.
type Pairs = Vec<(Seen, Option<Opened>)>;

impl Monitor {
    /// Monitoring of a store's ledger, with an application's engines.
    #[must_use]
    pub fn new(app: &App, store: Arc<Store>) -> Self {
        Self { app: app.clone(), store }
    }

    /// How the system and people decided, of the reviews among these entries.
    async fn reviews(&self, entries: &[Entry]) -> Result<Sums, Trouble> {
        let mut sums = Sums::new();
        let reviews: Vec<Reviewed> = entries.iter().filter_map(Reviewed::read).collect();
        if reviews.is_empty() {
            return Ok(sums);
        }
        let scores: Vec<_> = reviews.iter().map(|review| review.score).collect();
        let decided = self.store.decided(&scores).await?;
        for review in &reviews {
            if let Some((model, decision)) = decided.get(&review.score) {
                let of = Of::Reviewed(*decision, review.decision);
                *sums.entry(Cell { day: review.day, model: *model, of }).or_default() += 1.0;
            }
        }
        Ok(sums)
    }

    async fn engine(&self, model: &str) -> Result<Option<Arc<Engine>>, Trouble> {
        match self.app.engines().load(&self.store, model, None).await {
            Ok(engine) => Ok(Some(engine)),
            Err(problem) if problem.is_passing() => Err(problem.detail().to_owned().into()),
            // Of a model that nobody registered there is nothing to compare with.
            Err(_) => Ok(None),
        }
    }
}

impl Follower for Monitor {
    fn name(&self) -> &'static str {
        "monitoring"
    }

    async fn handle(&self, entries: &[Entry]) -> Result<Effects, Trouble> {
        let (scores, seen): (Vec<Entry>, Vec<Seen>) =
            entries.iter().filter_map(|entry| Some((entry.clone(), Seen::read(entry)?))).unzip();
        let reviews = self.reviews(entries).await?;
        if seen.is_empty() && reviews.is_empty() {
            return Ok(Effects::none());
        }
        // One that does not open is counted without what it sealed: erased meanwhile, or corrupt, which is not for here.
        let opened = self.store.open_all_sealed(&scores).await?;
        let opened = opened.into_iter().map(|sealed| sealed.and_then(|sealed| Opened::read(&sealed)));
        let pairs: Pairs = seen.into_iter().zip(opened).collect();

        let deployed = self.app.engines().deployed();
        let (mut sums, mut shadows) = (reviews, Shadows::default());
        let mut by_model: BTreeMap<(Day, String), Vec<usize>> = BTreeMap::new();
        for (place, (seen, opened)) in pairs.iter().enumerate() {
            by_model.entry((seen.day, seen.model.clone())).or_default().push(place);
            if let Some(opened) = opened {
                shadows.score(&deployed, seen, opened);
            }
        }
        for ((day, model), places) in &by_model {
            let engine = self.engine(model).await?;
            let of_model: Vec<_> = places.iter().filter_map(|place| pairs.get(*place)).collect();
            count(&mut sums, *day, Hash(hash_bytes(model)), engine.as_deref(), &of_model);
        }
        let mut effects = Effects::none();
        effects.add_sums(&sums);
        effects.add_challengers(&shadows.scores, &shadows.compared);
        Ok(effects)
    }
}

/// Adds the scores of one day and model.
fn count(sums: &mut Sums, day: Day, model: Hash, engine: Option<&Engine>, scores: &[&(Seen, Option<Opened>)]) {
    let mut add = |of: Of, value: f64| {
        if value != 0.0 {
            *sums.entry(Cell { day, model, of }).or_default() += value;
        }
    };
    let mut counter = engine.and_then(|engine| DriftCounter::new(engine.scorecard()).ok());
    for (seen, opened) in scores {
        add(Of::Scores, 1.0);
        add(Of::Values, seen.score);
        add(Of::Decision(seen.decision), 1.0);
        if let Some(counter) = &mut counter {
            let matched: Vec<u32> = opened.as_ref().map(|opened| opened.attributes().collect()).unwrap_or_default();
            counter.add(seen.score, matched.iter().copied(), 1.0);
            if seen.decision == APPROVE {
                for (characteristic, attribute) in (0_u32..).zip(matched) {
                    if attribute != NO_ATTRIBUTE {
                        add(Of::Approved(characteristic, attribute), 1.0);
                    }
                }
            }
        }
    }
    let Some(counts) = counter.map(|counter| counter.counts()) else { return };
    let numbered = |values: Vec<f64>| (0_u32..).zip(values);
    for (band, value) in numbered(counts.bands) {
        add(Of::Band(band), value);
    }
    for (characteristic, attributes) in (0_u32..).zip(counts.attributes) {
        for (attribute, value) in numbered(attributes) {
            add(Of::Attribute(characteristic, attribute), value);
        }
    }
}
