//! The ledger: how far it has come, its entries, and what proves that they are in it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Position;
use store::ledger::{Checkpoint, Entry, Head};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery, address};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(heads))
        .routes(routes!(entries))
        .routes(routes!(proof))
        .routes(routes!(checkpoints))
        .routes(routes!(latest))
        .routes(routes!(keys))
}

/// How far a chain has come.
#[derive(ToSchema)]
#[schema(as = LedgerHead)]
#[allow(dead_code)] // describes [`Head`]
struct HeadDocument {
    /// The chain.
    chain: u32,
    /// Its entries.
    size: u64,
    /// The last entry's hash: 64 hexadecimal digits.
    hash: String,
    /// The root of the Merkle tree over the hashes of all its entries.
    root: String,
}

/// The heads of all chains.
#[derive(Serialize, ToSchema)]
struct Heads {
    /// By chain.
    #[schema(value_type = Vec<HeadDocument>)]
    heads: Vec<Head>,
}

/// How far the ledger has come
///
/// Each chain's size, last hash and root. What is signed are checkpoints.
#[utoipa::path(get, path = "/v1/ledger/heads", tag = "Ledger", security(("api_key" = ["ledger:read"])),
    responses((status = 200, description = "The heads", body = Heads)))]
async fn heads(State(app): State<App>, _caller: Allowed<scope::LedgerRead>) -> Result<Json<Heads>, Problem> {
    Ok(Json(Heads { heads: app.store()?.heads().await? }))
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EntriesQuery {
    /// The chain; 0 without it.
    #[param(minimum = 0, maximum = 8388607)]
    chain: Option<u32>,
    /// Entries after this place in the chain; without it from its beginning.
    #[param(minimum = 0)]
    after: Option<u64>,
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u64>,
    /// Where to go on: the cursor of the page before.
    cursor: Option<String>,
}

/// An entry of the ledger.
#[derive(Serialize, ToSchema)]
struct LedgerEntry {
    /// The chain.
    chain: u32,
    /// Its place in the chain, from 0.
    sequence: u64,
    /// SHA-256 of the hash of the entry before it and of the body's bytes: 64 hexadecimal digits.
    hash: String,
    /// The body as the ledger keeps it, to the byte. What is personal is sealed in it.
    body: String,
}

/// The store keeps a chain in 23 bits.
pub(crate) const LAST_CHAIN: u32 = (1 << 23) - 1;
/// Places are kept in signed numbers of 64 bits.
const LAST_PLACE: u64 = i64::MAX as u64;
/// The list whose cursors these are.
const ENTRIES: &str = "ledger-entries";
/// The list whose cursors these are.
pub(crate) const CHECKPOINTS: &str = "ledger-checkpoints";

/// Read entries in their order
///
/// Whatever was recorded, byte for byte: enough to compute each hash anew.
#[utoipa::path(get, path = "/v1/ledger/entries", tag = "Ledger", security(("api_key" = ["ledger:read"])), params(EntriesQuery),
    responses((status = 200, description = "Entries of one chain, in its order", body = Page<LedgerEntry>),
        (status = 400, description = "A parameter is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn entries(
    State(app): State<App>,
    _caller: Allowed<scope::LedgerRead>,
    Query(query): Query<EntriesQuery>,
) -> Result<Page<LedgerEntry>, Problem> {
    let limit = PageQuery { limit: query.limit, cursor: None }.limit()?;
    let chain = query.chain.unwrap_or(0);
    if chain > LAST_CHAIN {
        return Err(Kind::InvalidParameter
            .because("there are not so many chains")
            .parameter("chain", format!("must be at most {LAST_CHAIN}")));
    }
    let next = match &query.cursor {
        Some(cursor) => place(&app, ENTRIES, cursor)?,
        None => match query.after {
            None => 0,
            Some(after) if after <= LAST_PLACE => after + 1,
            Some(_) => {
                return Err(Kind::InvalidParameter
                    .because("no chain is that long")
                    .parameter("after", format!("must be at most {LAST_PLACE}")));
            }
        },
    };
    let mut found = app.store()?.entries_of(chain, next, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more);
    let next = next.map(|last| app.cursors().make(ENTRIES, &(last.sequence + 1).to_be_bytes()));
    let shown = |entry: Entry| LedgerEntry {
        chain: entry.chain,
        sequence: entry.sequence,
        hash: entry.hash.to_string(),
        body: entry.body,
    };
    let filters = [("limit", query.limit.map(|n| n.to_string())), ("chain", query.chain.map(|n| n.to_string()))];
    let path = address("/v1/ledger/entries", &filters);
    Ok(Page { data: found.into_iter().map(shown).collect(), next, path })
}

/// What a cursor of one of these lists holds.
///
/// # Errors
/// 400 where it is of another list.
pub(crate) fn place(app: &App, list: &'static str, cursor: &str) -> Result<u64, Problem> {
    let bytes = app.cursors().read(list, cursor)?;
    let bytes = <[u8; 8]>::try_from(bytes.as_slice());
    bytes.map(u64::from_be_bytes).map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))
}

/// Prove an entry
///
/// A document that proves, with nothing but the public key, that the entry belongs to the ledger: `plimsoll ledger
/// verify-proof` checks it. Where the last checkpoint does not reach as far as the entry, one is made.
#[utoipa::path(get, path = "/v1/ledger/entries/{id}/proof", tag = "Ledger", security(("api_key" = ["ledger:read"])),
    params(("id" = String, Path, description = "A score's id, or chain and place of an entry, as in `0-17`")),
    responses((status = 200, description = "The proof", body = serde_json::Value),
        (status = 404, description = "No such entry", body = Document<'static>, content_type = "application/problem+json")))]
async fn proof(
    State(app): State<App>,
    _caller: Allowed<scope::LedgerRead>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let position = match Uuid::parse_str(&id) {
        Ok(score) => store.position_of_score(score).await?,
        Err(_) => position(&id)?,
    };
    Ok(json(store.prove(position).await?.to_json()))
}

/// The position that a text such as `0-17` names.
///
/// # Errors
/// 404 where it names none.
pub(crate) fn position(id: &str) -> Result<Position, Problem> {
    let parts = id.split_once('-').and_then(|(chain, place)| Some((chain.parse().ok()?, place.parse().ok()?)));
    let (chain, sequence) = parts.ok_or_else(|| Kind::NotFound.because("no such entry: name a score, or e.g. 0-17"))?;
    Ok(Position { chain, sequence })
}

/// List checkpoints
///
/// The latest first; each with the heads that it gathers, in its canonical form.
#[utoipa::path(get, path = "/v1/ledger/checkpoints", tag = "Ledger", security(("api_key" = ["ledger:read"])), params(PageQuery),
    responses((status = 200, description = "A page of checkpoints", body = Page<serde_json::Value>),
        (status = 400, description = "A parameter is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn checkpoints(
    State(app): State<App>,
    _caller: Allowed<scope::LedgerRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Box<RawValue>>, Problem> {
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(|cursor| place(&app, CHECKPOINTS, cursor)).transpose()?;
    let rows = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut found = app.store()?.checkpoints(before, rows).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more);
    let next = next.map(|last| app.cursors().make(CHECKPOINTS, &last.signed.statement.number.to_be_bytes()));
    let text = |checkpoint: &Checkpoint| {
        RawValue::from_string(checkpoint.text()).map_err(|_| Kind::Internal.because("a checkpoint is no JSON"))
    };
    let path = address("/v1/ledger/checkpoints", &[("limit", query.limit.map(|n| n.to_string()))]);
    Ok(Page { data: found.iter().map(text).collect::<Result<_, Problem>>()?, next, path })
}

/// Read the latest checkpoint
///
/// Keep it elsewhere: a ledger that was altered later contradicts it.
#[utoipa::path(get, path = "/v1/ledger/checkpoints/latest", tag = "Ledger", security(("api_key" = ["ledger:read"])),
    responses((status = 200, description = "The checkpoint, in its canonical form", body = serde_json::Value),
        (status = 404, description = "None was made yet", body = Document<'static>, content_type = "application/problem+json")))]
async fn latest(State(app): State<App>, _caller: Allowed<scope::LedgerRead>) -> Result<Response, Problem> {
    let latest = app.store()?.latest_checkpoint().await?;
    let latest = latest.ok_or_else(|| Kind::NotFound.because("no checkpoint was made yet"))?;
    Ok(json(latest.text()))
}

/// A key that checkpoints are signed with.
#[derive(Serialize, ToSchema)]
struct LedgerKey {
    /// What checkpoints name it by.
    id: String,
    /// The algorithm and the key in base64, as `plimsoll ledger verify --key` takes it.
    #[schema(example = "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=")]
    key: String,
}

/// The keys that checkpoints are signed with.
#[derive(Serialize, ToSchema)]
struct LedgerKeys {
    /// The keys.
    keys: Vec<LedgerKey>,
}

/// Read the keys that checkpoints are signed with
///
/// Keep them elsewhere too: who could alter the ledger could name another key here.
#[utoipa::path(get, path = "/v1/ledger/keys", tag = "Ledger", security(("api_key" = ["ledger:read"])),
    responses((status = 200, description = "The public keys", body = LedgerKeys)))]
async fn keys(State(app): State<App>, _caller: Allowed<scope::LedgerRead>) -> Result<Json<LedgerKeys>, Problem> {
    let key = app.store()?.public_key()?;
    Ok(Json(LedgerKeys { keys: vec![LedgerKey { id: key.id(), key: key.to_string() }] }))
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
