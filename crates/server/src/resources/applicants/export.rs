//! The export of a person as one document, read and sent page by page: its length is not bounded, what is in memory is.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Map, Value, json};
use store::{Error, ExportPage, Moment, Store};
use utoipa::ToSchema;
use uuid::Uuid;

/// Everything that is held on a person.
#[derive(ToSchema)]
#[schema(as = ApplicantExport)]
#[allow(dead_code)] // describes what is written by hand
pub(super) struct ExportDocument {
    /// Whom.
    applicant: super::ApplicantAnswer,
    /// When the export began.
    #[schema(value_type = String, format = DateTime)]
    exported: Moment,
    /// The models that scored the person: `sha256:` and the hash.
    models: Vec<String>,
    /// The scores, the earliest first: each the entry of the ledger, with what it seals as `personal`.
    #[schema(value_type = Vec<Object>)]
    scores: Vec<Map<String, Value>>,
    /// Reviews, notices and whatever else was recorded about the person, likewise.
    #[schema(value_type = Vec<Object>)]
    others: Vec<Map<String, Value>>,
}

/// What is sent next.
enum Stage {
    Scores { from: Option<Vec<u8>>, opening: String },
    Others { from: Option<Vec<u8>>, opening: String },
    End,
}

/// Begins an export: fails here where there is no such person, and breaks off where the person is erased meanwhile.
pub(super) async fn start(
    store: &Arc<Store>,
    id: Uuid,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
    let applicant = super::ApplicantAnswer::from(store.applicant(id).await?);
    let models = store.models_of_applicant(id).await?;
    let models: Vec<String> = models.iter().map(|hash| format!("sha256:{hash}")).collect();
    let head = json!({ "applicant": applicant, "exported": Moment::now(), "models": models }).to_string();
    let head = head.strip_suffix('}').unwrap_or_default();
    let begin = Stage::Scores { from: None, opening: format!("{head},\"scores\":[") };
    let store = Arc::clone(store);
    let parts = stream::unfold(begin, move |stage| {
        let store = Arc::clone(&store);
        async move {
            match next(&store, id, stage).await {
                Ok(Some((bytes, stage))) => Some((Ok(bytes), stage)),
                Ok(None) => None,
                Err(error) => {
                    tracing::warn!(%error, "an export broke off");
                    Some((Err(error), Stage::End))
                }
            }
        }
    });
    // Compression asks once more after the end, which an unfolding stream answers with a panic.
    Ok(parts.fuse())
}

async fn next(store: &Store, id: Uuid, stage: Stage) -> Result<Option<(Bytes, Stage)>, Error> {
    let (mut text, page, is_scores) = match stage {
        Stage::Scores { from, opening } => (opening, store.export_scores(id, from.as_deref()).await?, true),
        Stage::Others { from, opening } => (opening, store.export_others(id, from.as_deref()).await?, false),
        Stage::End => return Ok(None),
    };
    let ExportPage { entries, next, .. } = page;
    let separator = if text.is_empty() { "," } else { "" };
    for (place, entry) in entries.iter().enumerate() {
        text.push_str(if place == 0 { separator } else { "," });
        // Writing a map of values to memory cannot fail.
        text.push_str(&serde_json::to_string(entry).unwrap_or_default());
    }
    let stage = match (next, is_scores) {
        (Some(from), true) => Stage::Scores { from: Some(from), opening: String::new() },
        (Some(from), false) => Stage::Others { from: Some(from), opening: String::new() },
        (None, true) => Stage::Others { from: None, opening: "],\"others\":[".to_owned() },
        (None, false) => {
            text.push_str("]}");
            Stage::End
        }
    };
    Ok(Some((text.into(), stage)))
}
