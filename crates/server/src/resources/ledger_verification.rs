//! The ledger checked from outside while it is served from: in steps that each end soon, whoever asks goes on.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::{Checked, Finding};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path, Query};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

/// Entries that a step checks at most: a fraction of a second.
const ENTRIES: usize = 5_000;
/// Checkpoints that a step checks at most.
const CHECKPOINTS: u32 = 100;
/// The store keeps a place in 40 bits.
const LAST_PLACE: u64 = (1 << 40) - 1;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(entries)).routes(routes!(checkpoints))
}

/// What a step of a verification found.
#[derive(Serialize, ToSchema)]
#[schema(as = LedgerVerification)]
struct Verification {
    /// Entries or checkpoints that were checked.
    checked: u64,
    /// Where the next step begins; absent where nothing is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    /// What is wrong; empty where all is as it was recorded.
    findings: Vec<FindingAnswer>,
}

/// Something that cannot be as it is.
#[derive(Serialize, ToSchema)]
#[schema(as = LedgerFinding)]
struct FindingAnswer {
    /// Where.
    #[schema(example = "chain 0, entry 17")]
    place: String,
    /// What is wrong.
    problem: String,
}

impl From<Checked> for Verification {
    fn from(checked: Checked) -> Self {
        let finding = |Finding { place, problem }: Finding| FindingAnswer { place, problem };
        Self {
            checked: checked.read,
            next: checked.next,
            findings: checked.findings.into_iter().map(finding).collect(),
        }
    }
}

/// Where a step begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EntriesQuery {
    /// The first entry, by its place in the chain; 0 without it.
    #[param(minimum = 0, maximum = 1099511627775_i64)]
    from: Option<u64>,
}

/// Verify entries
///
/// Computes the hashes of up to 5,000 entries of a chain anew and compares them with what is stored, each with the entry
/// before it. Ask again from `next` until there is none. `plimsoll ledger verify` checks trees and rows of scores too.
#[utoipa::path(get, path = "/v1/ledger/chains/{chain}/verification", operation_id = "verify_entries", tag = "Ledger", security(("api_key" = ["ledger:read"])),
    params(("chain" = u32, Path, description = "The chain", maximum = 8388607), EntriesQuery),
    responses((status = 200, description = "What was found", body = Verification),
        (status = 400, description = "No such place", body = Document<'static>, content_type = "application/problem+json"),
        (status = 404, description = "The chain does not reach as far", body = Document<'static>, content_type = "application/problem+json")))]
async fn entries(
    State(app): State<App>,
    _caller: Allowed<scope::LedgerRead>,
    Path(chain): Path<u32>,
    Query(query): Query<EntriesQuery>,
) -> Result<Json<Verification>, Problem> {
    let store = app.store()?;
    let from = query.from.unwrap_or(0);
    if from > LAST_PLACE {
        let problem = Kind::InvalidParameter.because("no chain is that long");
        return Err(problem.parameter("from", format!("must be at most {LAST_PLACE}")));
    }
    if !store.heads().await?.iter().any(|head| head.chain == chain) {
        return Err(Kind::NotFound.because("no such chain; GET /v1/ledger/heads lists those there are"));
    }
    Ok(Json(store.check_entries(chain, from, ENTRIES).await?.into()))
}

/// Where a step begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CheckpointsQuery {
    /// Checkpoints before the one of this number; without it from the latest.
    #[param(minimum = 0, maximum = 1099511627775_i64)]
    before: Option<u64>,
}

/// Verify checkpoints
///
/// Up to 100, the latest first: signatures, that each follows the one before it, and that the entries it ends with are the
/// ledger's. Ask again with `before` = `next` until there is none.
#[utoipa::path(get, path = "/v1/ledger/checkpoints/verification", operation_id = "verify_checkpoints", tag = "Ledger", security(("api_key" = ["ledger:read"])), params(CheckpointsQuery),
    responses((status = 200, description = "What was found", body = Verification),
        (status = 400, description = "A parameter is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn checkpoints(
    State(app): State<App>,
    _caller: Allowed<scope::LedgerRead>,
    Query(query): Query<CheckpointsQuery>,
) -> Result<Json<Verification>, Problem> {
    if query.before.is_some_and(|before| before > LAST_PLACE) {
        let problem = Kind::InvalidParameter.because("no ledger has so many checkpoints");
        return Err(problem.parameter("before", format!("must be at most {LAST_PLACE}")));
    }
    Ok(Json(app.store()?.check_checkpoints(query.before, CHECKPOINTS).await?.into()))
}
