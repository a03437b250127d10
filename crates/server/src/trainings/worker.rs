//! The worker: learns from one table after another until the service stops.

use std::sync::Arc;
use std::time::Duration;

use store::{
    Store, TrainingState,
    ledger::Hash,
    registry::{Author, DocumentKind, NewDocument, Registered},
};
use tokio::time::{MissedTickBehavior, interval};
use training::train::Trained;
use uuid::Uuid;

use super::{Job, learn, report};
use crate::App;
use crate::problem::{Kind, Problem};

/// How often is said how far it is; much less than what the store believes without a word.
const TELL: Duration = Duration::from_secs(1);
/// How often those are looked for whose process has ended.
const LOOK: Duration = Duration::from_secs(30);
const STOPPED: &str = "the service was stopped before the model was there; send the file again";

/// How a training ended.
enum End {
    /// As it is to be recorded.
    Answered(Result<Box<Trained>, String>),
    /// Nobody wants it any more.
    Unwanted,
    /// The service stops.
    Stopping,
}

/// Learns from whatever waits until the service stops.
pub(crate) async fn run(app: App) {
    let Ok(store) = app.store().cloned() else { return };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !app.drain().has_begun() {
        tokio::select! {
            job = app.trainings().next() => {
                let id = job.id;
                if let Err(problem) = train(&app, &store, job).await {
                    tracing::warn!(problem = problem.detail(), %id, "a training has no end in the store");
                }
            }
            _ = look.tick() => {
                if let Err(error) = store.end_abandoned_trainings(false).await {
                    tracing::warn!(%error, "trainings whose process ended stay as they are");
                }
            }
            () = app.drain().begun() => {}
        }
    }
    while let Some(job) = app.trainings().take() {
        fail(&store, job.id, STOPPED).await;
    }
}

async fn train(app: &App, store: &Arc<Store>, job: Job) -> Result<(), Problem> {
    let Job { id, by, author, settings, table, place } = job;
    let progress = learn::Progress::new();
    let (words, share) = progress.read();
    if !store.training_goes_on(id, TrainingState::Running, &words, share).await? {
        return Ok(());
    }
    drop(place);
    let learning = learn::begin(table, settings, author, progress.clone());
    let Ok(learning) = learning else {
        fail(store, id, "the machine has no thread left for it; send the file again later").await;
        return Ok(());
    };
    match follow(app, store, id, learning, &progress).await {
        End::Unwanted => {}
        End::Stopping => fail(store, id, STOPPED).await,
        End::Answered(Err(problem)) => fail(store, id, &problem).await,
        End::Answered(Ok(trained)) => {
            if let Err(problem) = record(store, id, *trained, &by).await {
                fail(store, id, problem.detail()).await;
            }
        }
    }
    Ok(())
}

/// Says how far it is until it ends. What nobody wants any more is learnt to its end all the same, for nothing stops the thread:
/// only then comes the next one's turn.
async fn follow(
    app: &App,
    store: &Store,
    id: Uuid,
    mut learning: tokio::sync::oneshot::Receiver<training::Result<Trained>>,
    progress: &learn::Progress,
) -> End {
    let mut tell = interval(TELL);
    tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_wanted = true;
    loop {
        tokio::select! {
            learnt = &mut learning => {
                return match learnt {
                    _ if !is_wanted => End::Unwanted,
                    Ok(learnt) => End::Answered(learnt.map(Box::new).map_err(|error| error.to_string())),
                    Err(_) => End::Answered(Err("the training ended badly; the log may say why".to_owned())),
                };
            }
            _ = tell.tick() => {
                let (words, share) = progress.read();
                if is_wanted {
                    let told = store.training_goes_on(id, TrainingState::Running, &words, share).await;
                    is_wanted = told.unwrap_or(true);
                }
                for waiting in app.trainings().ids() {
                    // Where the store is away, the next word will do.
                    if let Ok(false) = store.training_goes_on(waiting, TrainingState::Waiting, "waiting", 0.0).await {
                        app.trainings().forget(waiting);
                    }
                }
            }
            () = app.drain().begun() => return if is_wanted { End::Stopping } else { End::Unwanted },
        }
    }
}

/// Registers the model, keeps its report, ends the training.
async fn record(store: &Store, id: Uuid, mut trained: Trained, by: &str) -> Result<(), Problem> {
    if !store.training_goes_on(id, TrainingState::Running, "registering", 0.95).await? {
        return Ok(());
    }
    let author = Author::new(by);
    trained.report.created = Some(store::Moment::now().to_string());
    let registered = register(store, &trained, &author).await?;
    if store.model_report(registered.id).await?.is_none()
        && let Err(problem) = report::keep(store, registered.id, &trained.report, &author).await
    {
        // The model is there; its report can be brought later.
        tracing::warn!(problem = problem.detail(), model = %registered.id, "a report is not kept");
    }
    let data = trained.report.data.hash.as_deref().unwrap_or_default();
    store.complete_training(id, registered.id, registered.hash, data).await?;
    Ok(())
}

/// The model as it is registered: the same data, settings and person give the one that is there already.
async fn register(store: &Store, trained: &Trained, author: &Author) -> Result<Registered, Problem> {
    let card = trained.scorecard();
    let hash = Hash::from_hex(card.content_hash().trim_start_matches("sha256:").as_bytes());
    let hash = hash.ok_or_else(|| Kind::Internal.because("a scorecard without a hash"))?;
    if let Some(known) = store.registered_by_hash(DocumentKind::Model, hash).await? {
        return Ok(known);
    }
    let new = NewDocument { id: Uuid::now_v7(), label: None, pmml: None, author, idempotency: None };
    Ok(store.add_model(card, new).await?)
}

async fn fail(store: &Store, id: Uuid, problem: &str) {
    match store.end_training(id, Some(problem), "service").await {
        Ok(_) | Err(store::Error::Conflict(_)) => {}
        Err(error) => tracing::warn!(%error, %id, "a training that failed is not marked so yet"),
    }
}
