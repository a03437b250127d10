//! Items: the lender's catalogue of credit products. Anyone may read it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Item, ItemContent, Moment, Repeat};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, JsonBytes, Path, Query};
use crate::conventions::page::{self, Page, PageQuery};
use crate::eligibility as catalogue;
use crate::idempotency::{REPLAYED, Repeatable};
use crate::problem::{Document, Kind, Problem};
use crate::scoring::Engine;
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, replace, remove))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| checked(Json::<Content>::from_bytes(bytes)?.0).map(drop)];

/// An item as it is written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ItemContent)]
struct Content {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, format = "text", example = "Example Item")]
    name: String,
    /// What it is.
    #[serde(default)]
    #[schema(max_length = 4000, format = "text-or-empty", example = "Test item")]
    description: String,
    /// What it belongs to.
    #[schema(min_length = 1, max_length = 100, format = "text", example = "demo")]
    category: String,
    /// Who is eligible; everyone where absent.
    #[serde(default)]
    eligibility: Option<Eligibility>,
}

/// Who is eligible for an item: whoever meets all that is given.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ItemEligibility)]
struct Eligibility {
    /// Lowest score, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_score: Option<f64>,
    /// Highest score, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_score: Option<f64>,
    /// An expression (CEL, as in a policy's rules) that must be true of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000, format = "text", example = "age >= 21")]
    expression: Option<String>,
}

/// An item of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Item)]
struct ItemAnswer {
    /// Its id.
    id: Uuid,
    /// Its name.
    #[schema(example = "Example Item")]
    name: String,
    /// What it is.
    #[schema(example = "Test item")]
    description: String,
    /// What it belongs to.
    #[schema(example = "demo")]
    category: String,
    /// Who is eligible; everyone where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    eligibility: Option<Eligibility>,
    /// Why nobody is eligible at present: the expression does not fit the model in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// From 1, one more with each change.
    version: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated: Moment,
}

impl From<Content> for ItemContent {
    fn from(content: Content) -> Self {
        let Content { name, description, category, eligibility } = content;
        let eligibility = eligibility.map(|Eligibility { min_score, max_score, expression }| store::Eligibility {
            min_score,
            max_score,
            expression,
        });
        Self { name, description, category, eligibility }
    }
}

impl From<ItemContent> for Content {
    fn from(content: ItemContent) -> Self {
        let ItemContent { name, description, category, eligibility } = content;
        let eligibility = eligibility.map(|e| Eligibility {
            min_score: e.min_score,
            max_score: e.max_score,
            expression: e.expression,
        });
        Self { name, description, category, eligibility }
    }
}

impl ItemAnswer {
    /// An item as it stands in the catalogue.
    fn new(item: Item, app: &App) -> Self {
        Self::with(item, app, |item, engine| app.eligibility().of(engine).problem(item.id).map(str::to_owned))
    }

    /// An item that the compiled catalogue may not have yet.
    fn fresh(item: Item, app: &App) -> Self {
        Self::with(item, app, catalogue::Eligibility::problem)
    }

    fn with(item: Item, app: &App, problem: impl Fn(&Item, &Engine) -> Option<String>) -> Self {
        let has_expression = item.content.eligibility.as_ref().is_some_and(|e| e.expression.is_some());
        let problem = match has_expression.then(|| app.engines().champion()) {
            None => None,
            Some(Ok(engine)) => problem(&item, &engine),
            Some(Err(_)) => Some("nobody is eligible while no model is in force".to_owned()),
        };
        let Item { id, content, version, created, updated } = item;
        let Content { name, description, category, eligibility } = content.into();
        Self { id, name, description, category, eligibility, problem, version, created, updated }
    }

    fn tag(&self) -> EntityTag {
        tag(self.version, self.problem.as_deref())
    }
}

/// The version's; another while there is a problem, for that is part of the answer.
fn tag(version: u64, problem: Option<&str>) -> EntityTag {
    let Some(problem) = problem else { return EntityTag::of_version(version) };
    let hash = store::ledger::Hash::of(&[problem.as_bytes()]).to_string();
    EntityTag::of_hash(&format!("v{version}-{}", hash.get(..16).unwrap_or_default()))
}

/// Why nobody is eligible for an item at present, and its tag for `If-Match`.
pub(crate) fn standing(item: &Item, app: &App) -> (Option<String>, EntityTag) {
    let answer = ItemAnswer::new(item.clone(), app);
    let tag = answer.tag();
    (answer.problem, tag)
}

/// What of an answer its headers say, and a repeated one is read for.
#[derive(Deserialize)]
struct Headlines {
    id: Uuid,
    version: u64,
    #[serde(default)]
    problem: Option<String>,
}

/// Refuses what cannot be an item, with the place of the fault.
fn checked(content: Content) -> Result<ItemContent, Problem> {
    let content = ItemContent::from(content);
    let refuse = |pointer: &str, fault: String| {
        Kind::InvalidRequest.because("the item is not taken; see errors").at(pointer, fault)
    };
    if let Some((pointer, fault)) = content.fault() {
        return Err(refuse(pointer, fault));
    }
    let expression = content.eligibility.as_ref().and_then(|eligibility| eligibility.expression.as_deref());
    if let Some(Err(error)) = expression.map(scorecard::policy::check_expression) {
        let fault = match error {
            scorecard::Error::Policy { problem, .. } => problem,
            other => other.to_string(),
        };
        return Err(refuse("/eligibility/expression", format!("the expression of `{}`: {fault}", content.name)));
    }
    Ok(content)
}

/// After a change: this process knows it at once.
async fn changed(app: &App) -> Result<(), Problem> {
    app.eligibility().refresh(&**app.items()?).await.map_err(Problem::from)
}

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ItemsQuery {
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u64>,
    /// Where to go on: the cursor of the page before.
    cursor: Option<String>,
    /// Of this category.
    #[param(max_length = 100, format = "text-or-empty")]
    category: Option<String>,
}

/// List items
///
/// In the order in which they were made.
#[utoipa::path(get, path = "/items", tag = "Items", params(ItemsQuery),
    responses((status = 200, description = "A page of items", body = Page<ItemAnswer>),
        (status = 400, description = "A parameter is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, Query(query): Query<ItemsQuery>) -> Result<Page<ItemAnswer>, Problem> {
    let limit = PageQuery { limit: query.limit, cursor: None }.limit()?;
    let list = format!("items?{}", query.category.as_deref().unwrap_or_default());
    let after = query.cursor.as_deref().map(|cursor| app.cursors().read(&list, cursor)).transpose()?;
    let after = after.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let after = after.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
    let items = app.items()?.items(query.category.as_deref(), after, limit + 1).await;
    let mut items = items.map_err(|error| match error {
        store::Error::Invalid(problem) => {
            Kind::InvalidParameter.because("the category cannot be one; see errors").parameter("category", problem)
        }
        error => error.into(),
    })?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| app.cursors().make(&list, last.id.as_bytes()));
    let filters = [("limit", query.limit.map(|limit| limit.to_string())), ("category", query.category)];
    let data = items.into_iter().map(|item| ItemAnswer::new(item, &app)).collect();
    Ok(Page { data, next, path: page::address("/items", &filters) })
}

/// Add an item
///
/// With an `Idempotency-Key` the request can be repeated safely.
#[utoipa::path(post, path = "/items", tag = "Items", security(("api_key" = ["items:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = Content,
    responses(
        (status = 201, description = "Added", body = ItemAnswer, headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version"))),
        (status = 409, description = "The catalogue is full, or the request is in work", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No item can be so", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::ItemsWrite>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /items", &body)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(content): Json<Content> = Json::from_bytes(&body)?;
    if let Some(answered) = earlier(&app, repeatable.as_ref()).await? {
        return Ok(answered);
    }
    let content = checked(content)?;
    let answer = |item: &Item| serde_json::to_vec(&ItemAnswer::fresh(item.clone(), &app)).unwrap_or_default();
    let repeat = repeatable.map(|repeatable| {
        let mark = repeatable.mark(None);
        Repeat { key: mark.key, request: mark.request, answer: &answer }
    });
    let item = match app.items()?.create(content, &caller.by(), repeat).await {
        Ok(item) => item,
        // Another instance was at it in the same moment.
        Err(store::Error::Conflict(store::Conflict::Repeated)) => {
            let answered = earlier(&app, repeatable.as_ref()).await?;
            return answered.ok_or_else(|| Kind::Conflict.because("this Idempotency-Key was used before"));
        }
        Err(error) => return Err(error.into()),
    };
    changed(&app).await?;
    created(answer(&item))
}

/// What an earlier request with the same key was answered with.
async fn earlier(app: &App, repeatable: Option<&Repeatable>) -> Result<Option<Response>, Problem> {
    let Some(repeatable) = repeatable else { return Ok(None) };
    let Some(repeated) = app.store()?.repeated(repeatable.key()).await? else { return Ok(None) };
    repeatable.check(&repeated)?;
    let answer = repeated.answer.ok_or_else(|| Kind::Internal.because("the earlier request kept no answer"))?;
    let mut response = created(answer.to_vec())?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(Some(response))
}

fn created(body: Vec<u8>) -> Result<Response, Problem> {
    let said: Headlines =
        serde_json::from_slice(&body).map_err(|_| Kind::Internal.because("the answer cannot be written"))?;
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/items/{}", said.id))
        .map_err(|_| Kind::Internal.because("the item has no address"))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::LOCATION, location),
        (header::ETAG, tag(said.version, said.problem.as_deref()).header()),
    ];
    Ok((StatusCode::CREATED, headers, body).into_response())
}

/// Read an item
#[utoipa::path(get, path = "/items/{id}", tag = "Items", params(("id" = Uuid, Path, description = "The item's id")),
    responses((status = 200, description = "The item", body = ItemAnswer, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "It is as named in If-None-Match"),
        (status = 404, description = "No such item", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(State(app): State<App>, headers: HeaderMap, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let item = ItemAnswer::new(app.items()?.item(id).await?, &app);
    Ok(item.tag().answer(&headers, Json(item)))
}

/// Replace an item
///
/// `If-Match` names the version that was read, or `*` for whichever there is.
#[utoipa::path(put, path = "/items/{id}", tag = "Items", security(("api_key" = ["items:write"])),
    params(("id" = Uuid, Path, description = "The item's id"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    request_body = Content,
    responses((status = 200, description = "Replaced", body = ItemAnswer, headers(("ETag" = String, description = "Its new version"))),
        (status = 404, description = "No such item", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "Changed in the same moment", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "Changed since it was read", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No item can be so", body = Document<'static>, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = Document<'static>, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    caller: Allowed<scope::ItemsWrite>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(content): Json<Content>,
) -> Result<Response, Problem> {
    let content = checked(content)?;
    let before = ItemAnswer::new(app.items()?.item(id).await?, &app);
    before.tag().check_match(&headers)?;
    let item = app.items()?.replace(id, before.version, content, &caller.by()).await?;
    changed(&app).await?;
    let item = ItemAnswer::fresh(item, &app);
    Ok(([(header::ETAG, item.tag().header())], Json(item)).into_response())
}

/// Remove an item
///
/// Scores that list it keep its name. `If-Match` is heeded where it is given.
#[utoipa::path(delete, path = "/items/{id}", tag = "Items", security(("api_key" = ["items:write"])),
    params(("id" = Uuid, Path, description = "The item's id"), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"),
        (status = 404, description = "No such item", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "Changed since it was read", body = Document<'static>, content_type = "application/problem+json")))]
async fn remove(
    State(app): State<App>,
    caller: Allowed<scope::ItemsWrite>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let item = ItemAnswer::new(app.items()?.item(id).await?, &app);
    item.tag().check_match_if_given(&headers)?;
    app.items()?.remove(id, item.version, &caller.by()).await?;
    changed(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}
