//! Models: registered, listed, read, downloaded.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};
use scorecard::{Evaluator, Scorecard, pmml, sql};
use serde::{Deserialize, Serialize};
use store::registry::{DocumentKind, NewDocument, Source};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::{Card, apart, author, created, media_type, page};
use crate::access::{Allowed, scope};
use crate::api;
use crate::conventions::body;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::idempotency::Repeatable;
use crate::problem::{Document, Kind, Problem, document::refused};
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload, list))
        .routes(routes!(read))
        .routes(routes!(download))
        .routes(routes!(schema))
}

/// How a model is uploaded.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// Version label; the number of the model among those of its name where there is none.
    #[param(max_length = 64)]
    label: Option<String>,
    /// Of a PMML document of several models: the `modelName` that is meant.
    model_name: Option<String>,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
struct Model {
    #[serde(flatten)]
    card: Card,
    /// What a user should know of how PMML was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    remarks: Vec<String>,
    /// Its last validations, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    validations: Vec<super::models_validate::Validation>,
}

/// Register a model
///
/// Takes a scorecard in this service's JSON or a PMML Scorecard of versions 4.0 to 4.4, checks and compiles it. A model
/// that is registered answers nothing yet: activate it. The same content is registered once.
#[utoipa::path(post, path = "/v1/models", tag = "Models", security(("api_key" = ["models:write"])),
    params(UploadQuery, ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body(content((Object = "application/json"), (String = "application/xml"), (String = "application/pmml+xml"))),
    extensions(("x-max-body-bytes" = json!(16777216)), ("x-timeout-seconds" = json!(60))),
    responses((status = 201, description = "Registered", body = Model, headers(("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "Registered already, or its name has that label", body = Document<'static>, content_type = "application/problem+json"),
        (status = 415, description = "Neither JSON nor PMML", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No sound scorecard: where it is wrong", body = Document<'static>, content_type = "application/problem+json")))]
async fn upload(
    State(app): State<App>,
    caller: Allowed<scope::ModelsWrite>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let is_pmml = match media_type(&headers).as_str() {
        "application/json" => false,
        "application/xml" | "text/xml" | "application/pmml+xml" => true,
        _ => {
            let detail = "send application/json, or PMML as application/xml or application/pmml+xml";
            return Err(Kind::UnsupportedMediaType.because(detail));
        }
    };
    let bytes = body::read(body).await?;
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/models", &bytes)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let store = app.store()?;
    if let Some(kept) = app.kept(repeatable.as_ref()).await? {
        let id = Uuid::from_slice(&kept).map_err(|_| Kind::Internal.because("a kept answer cannot be read"))?;
        let card = store.registered(DocumentKind::Model, id).await?.into();
        return created(&format!("/v1/models/{id}"), Model { card, remarks: Vec::new(), validations: Vec::new() });
    }
    let (text, name) = (bytes.clone(), query.model_name);
    let reading = apart(move || {
        let (scorecard, remarks) = if is_pmml {
            pmml::read_with_remarks(&text, name.as_deref())?
        } else {
            (scorecard::from_json(&text)?, Vec::new())
        };
        Ok((Evaluator::new(scorecard)?.into_scorecard(), remarks))
    });
    let (scorecard, remarks): (Scorecard, Vec<String>) =
        reading.await?.map_err(|error: scorecard::Error| refused(&error))?;
    let id = Uuid::now_v7();
    let author = author(&caller);
    let new = NewDocument {
        id,
        label: query.label,
        pmml: is_pmml.then_some(&*bytes),
        author: &author,
        idempotency: app.keep(repeatable.as_ref(), id.as_bytes())?,
    };
    let card = store.add_model(&scorecard, new).await?.into();
    created(&format!("/v1/models/{id}"), Model { card, remarks, validations: Vec::new() })
}

/// List models
///
/// The newest first.
#[utoipa::path(get, path = "/v1/models", tag = "Models", security(("api_key" = ["models:read"])), params(PageQuery),
    responses((status = 200, description = "Models", body = Page<Card>)))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Card>, Problem> {
    let (limit, cursor) = (query.limit()?, query.cursor.as_deref());
    page(&app, app.store()?, DocumentKind::Model, "/v1/models", limit, cursor).await
}

/// Read a model
///
/// Its card and its last validations; the document itself is at `/document`.
#[utoipa::path(get, path = "/v1/models/{id}", tag = "Models", security(("api_key" = ["models:read"])),
    params(("id" = Uuid, Path, description = "The model's id")),
    responses((status = 200, description = "The model", body = Model),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Path(id): Path<Uuid>,
) -> Result<Json<Model>, Problem> {
    let store = app.store()?;
    let card = store.registered(DocumentKind::Model, id).await?.into();
    let validations = store.validations(id).await?.into_iter().map(Into::into).collect();
    Ok(Json(Model { card, remarks: Vec::new(), validations }))
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FormQuery {
    /// The form; JSON where none is named. `original` is what was uploaded.
    #[param(inline)]
    format: Option<Form>,
    /// Of SQL: the dialect.
    #[param(value_type = Option<DialectName>, inline)]
    dialect: Option<String>,
}

/// A dialect of SQL.
struct DialectName;

impl PartialSchema for DialectName {
    fn schema() -> RefOr<Schema> {
        api::names("A dialect of SQL.", sql::Dialect::ALL.iter().map(|dialect| dialect.name()))
    }
}

impl ToSchema for DialectName {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModelForm)]
enum Form {
    Json,
    Pmml,
    Sql,
    Original,
}

/// Download a model
///
/// As JSON, as PMML, or as one SELECT statement that gives the same points in a database.
#[utoipa::path(get, path = "/v1/models/{id}/document", tag = "Models", security(("api_key" = ["models:read"])),
    params(("id" = Uuid, Path, description = "The model's id"), FormQuery),
    responses((status = 200, description = "The document", content((serde_json::Value = "application/json"), (String = "application/pmml+xml"), (String = "application/sql"))),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be said in that form", body = Document<'static>, content_type = "application/problem+json")))]
async fn download(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Path(id): Path<Uuid>,
    Query(query): Query<FormQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dialect =
        query.dialect.as_deref().map(str::parse::<sql::Dialect>).transpose().map_err(|problem| {
            Kind::InvalidParameter.because("the dialect is not known").parameter("dialect", problem)
        })?;
    let store = app.store()?;
    let model = store.registered(DocumentKind::Model, id).await?;
    let form = query.format.unwrap_or(Form::Json);
    if form == Form::Original && model.source == Source::Pmml {
        let original = store.original(id).await?.unwrap_or_default();
        return Ok(of_type("application/pmml+xml", original));
    }
    let text = store.document(DocumentKind::Model, model.hash).await?;
    if form == Form::Sql && dialect.is_none() {
        let names = sql::Dialect::ALL.map(|dialect| dialect.name()).join(", ");
        let problem = Kind::InvalidParameter.because("SQL needs a dialect");
        return Err(problem.parameter("dialect", format!("must be one of {names}")));
    }
    let written = apart(move || match form {
        Form::Json | Form::Original => Ok(("application/json", text)),
        Form::Pmml => Ok(("application/pmml+xml", pmml::write(&scorecard::from_json(text.as_bytes())?)?)),
        Form::Sql => match dialect {
            Some(dialect) => {
                let options = sql::SqlOptions::new(dialect);
                Ok(("application/sql", sql::select(&scorecard::from_json(text.as_bytes())?, &options)?))
            }
            None => Ok(("application/json", text)),
        },
    });
    let (media_type, text) = written.await?.map_err(|error: scorecard::Error| refused(&error))?;
    let tag = EntityTag::of_hash(&format!("{}-{}", model.hash, media_type.replace('/', "-")));
    Ok(tag.answer(&headers, of_type(media_type, text.into_bytes())))
}

fn of_type(media_type: &'static str, text: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(media_type))], text).into_response()
}

/// Read a model's input schema
///
/// The JSON Schema (2020-12) of the applications that it takes.
#[utoipa::path(get, path = "/v1/models/{id}/schema", tag = "Models", security(("api_key" = ["models:read"])),
    params(("id" = Uuid, Path, description = "The model's id")),
    responses((status = 200, description = "The schema", body = serde_json::Value),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json")))]
async fn schema(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let model = store.registered(DocumentKind::Model, id).await?;
    let engine = app.engines().load(store, &model.hash.to_string(), None).await?;
    let schema = Json(scorecard::input_schema(engine.scorecard()));
    Ok(EntityTag::of_hash(&format!("schema-{}", model.hash)).answer(&headers, schema))
}
