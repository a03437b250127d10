//! How far the champion's applicants have shifted, as gauges.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{family::Family, gauge::Gauge};
use store::{Moment, Store, ledger::Hash, monitoring::day_of};
use tokio::time::sleep;

use super::figures::{by_model, figures, together};
use crate::{App, operations::embedded, problem::Problem, scoring::hash_bytes};

/// Days that are looked at, today included.
const DAYS: i64 = 7;
/// How often.
const EVERY: Duration = Duration::from_secs(60);

/// Which characteristic: names of the model, not of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    characteristic: String,
}

#[derive(Clone, Default)]
struct Gauges {
    psi: Gauge<f64, AtomicU64>,
    csi: Family<Of, Gauge<f64, AtomicU64>>,
}

/// Sets the gauges now and then until the service takes no more connections.
pub(super) fn run(app: &App, store: Arc<Store>) {
    let gauges = Gauges::default();
    let help = "Population stability index of the champion's scores of the last seven days";
    app.metrics().register("score_psi", help, gauges.psi.clone());
    let help = "The same index of each characteristic";
    app.metrics().register("characteristic_csi", help, gauges.csi.clone());
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            if let Err(problem) = gauges.set(&app, &store).await {
                tracing::debug!(problem = problem.detail(), "the gauges of drift stay as they are");
            }
            tokio::select! {
                () = sleep(EVERY) => {}
                () = app.drain().closing() => return,
            }
        }
    });
}

impl Gauges {
    async fn set(&self, app: &App, store: &Store) -> Result<(), Problem> {
        let Some(champion) = app.engines().deployed().champion.clone() else { return Ok(()) };
        let (model, today) = (Hash(hash_bytes(&champion.model_hash)), day_of(Moment::now()));
        let sums = store.monitoring_sums(today - DAYS + 1, today, Some(model)).await?;
        let days = by_model(&sums).remove(&model).unwrap_or_default();
        let figures = figures(None, model, Some(&champion), &together(&days));
        let psi = figures.psi.map_or(0.0, |shift| shift.index);
        self.psi.set(psi);
        if app.config().metrics.cloudwatch {
            embedded::tell(&[("plimsoll_score_psi", psi)]);
        }
        self.csi.clear();
        for one in figures.csi {
            self.csi.get_or_create(&Of { characteristic: one.name }).set(one.shift.index);
        }
        Ok(())
    }
}
