//! Trainings as they are answered, and the form that one comes in.

use serde::Serialize;
use serde_json::Value as Json;
use store::Moment;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::File;
use crate::trainings::Settings;

/// A table and what is asked of it.
#[derive(ToSchema)]
#[schema(as = TrainingForm)]
#[allow(dead_code)] // describes what `create` reads
pub(super) struct FormDocument {
    /// The table: CSV or Parquet, one row an applicant. Its part says its format by `Content-Type` or by its name's ending.
    #[schema(value_type = File)]
    file: (),
    /// What is asked of it.
    settings: Settings,
}

/// A training.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Training {
    /// Identifies it.
    id: Uuid,
    /// `waiting`, `running`, `completed`, `cancelled` or `failed`.
    #[schema(example = "running")]
    state: &'static str,
    /// Name of the scorecard.
    name: String,
    /// Who asked for it: `key:` or `user:` and an id.
    by: String,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished: Option<Moment>,
    /// What is being done, in words.
    stage: String,
    /// How much is done, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    progress: f64,
    /// The model that came out.
    model: Option<Uuid>,
    /// Why none did.
    problem: Option<String>,
    /// What was asked for.
    #[schema(value_type = Object)]
    settings: Json,
}

impl From<store::Training> for Training {
    fn from(training: store::Training) -> Self {
        let store::Training { id, state, by, name, settings, created, finished, stage, progress, model, problem } =
            training;
        Self { id, state: state.name(), name, by, created, finished, stage, progress, model, problem, settings }
    }
}
