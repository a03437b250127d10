//! The worker: takes up chunks that wait and scores them, one after another, beside the requests.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use http::StatusCode;
use store::{Chunk, Store};

use super::{ResultLine, Waiting};
use crate::{
    App,
    idempotency::Repeatable,
    problem::{Kind, Problem},
    scoring::Submission,
};

/// How often to look where nothing was said: another instance may have received a batch.
const PAUSE: Duration = Duration::from_secs(1);
/// Applications in work at once: enough for large commits, few enough to leave room for requests.
const AT_ONCE: usize = 64;

/// Scores whatever waits until the service stops.
pub(crate) async fn run(app: App) {
    let mut turns = 0_u32;
    while !app.drain().has_begun() {
        match next(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(problem) => tracing::warn!(problem = problem.detail(), "a batch has to wait"),
        }
        if turns.is_multiple_of(60)
            && let Ok(store) = app.store()
            && let Err(error) = settle(store).await
        {
            tracing::warn!(%error, "batches whose process ended stay as they are");
        }
        turns = turns.wrapping_add(1);
        tokio::select! {
            () = app.batch_waiting().notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drain().begun() => {}
        }
    }
}

/// Brings batches to their end whose process ended before it could.
async fn settle(store: &Store) -> store::Result<()> {
    store.end_abandoned_batches().await?;
    store.complete_batches().await.map(drop)
}

/// Scores one chunk; false where none waits.
async fn next(app: &App) -> Result<bool, Problem> {
    let Some(chunk) = app.store()?.claim_chunk().await? else { return Ok(false) };
    let waiting = chunk.applications.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let waiting: Vec<Waiting> = waiting
        .map(serde_json::from_slice)
        .collect::<serde_json::Result<_>>()
        .map_err(|_| Kind::Internal.because("the applications of a batch cannot be read"))?;
    let results = stream::iter(waiting.into_iter().map(|waiting| score(app, &chunk, waiting)));
    let results: Vec<Result<ResultLine, Problem>> = results.buffered(AT_ONCE).collect().await;
    let (mut text, mut scored, mut failed) = (Vec::new(), 0, 0);
    for line in results {
        // The store or the model is away: all of the chunk is done again, and what was recorded is found again.
        let line = line?;
        if line.id.is_some() {
            scored += 1
        } else {
            failed += 1
        }
        let _ = serde_json::to_writer(&mut text, &line);
        text.push(b'\n');
    }
    app.store()?.finish_chunk(&chunk, scored, failed, &text).await?;
    Ok(true)
}

async fn score(app: &App, chunk: &Chunk, waiting: Waiting) -> Result<ResultLine, Problem> {
    let unwritable = |_| Kind::Internal.because("an application of a batch cannot be written down");
    let application = serde_json::value::to_raw_value(&waiting.application).map_err(unwritable)?;
    let submission = Submission { applicant: waiting.applicant, application: &application };
    let repeatable = Repeatable::of_batch(chunk.batch, waiting.line, application.get().as_bytes());
    let engine = app.engines().champion()?;
    match app.score(&engine, &submission, &chunk.by, Some(repeatable)).await {
        Ok(scored) => Ok(ResultLine::scored(waiting.line, scored.id)),
        // Trying again helps; with anything else the rest of the file would wait for this one for good.
        Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => Err(problem),
        Err(problem) => Ok(ResultLine::failed(waiting.line, &problem)),
    }
}
