//! The gate before every operation: who calls, whether they may, and whether not too often. Before a byte of the body is read.
//!
//! What an operation demands is taken from its document here and from the handler's signature by [`super::Allowed`]; an
//! operation whose document does not say is closed.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use tower::{Layer, Service};
use utoipa::openapi::OpenApi;

use super::authority::hash_of;
use super::client::Client;
use super::credentials::Credentials;
use super::known::Known;
use super::lookups::{Ended, Turn};
use super::rate_limit::{Subject, Verdict};
use super::requirement::{Requirement, Requirements};
use super::{intent, refusal};
use crate::problem::{Kind, Problem};
use crate::state::App;

/// Routes that an orchestrator asks at any load: not counted, not looked at.
const VITAL: [&str; 2] = ["/health", "/ready"];

/// Puts the gate before a router.
#[derive(Debug, Clone)]
pub(crate) struct GateLayer {
    app: App,
    requirements: Arc<Requirements>,
}

impl GateLayer {
    /// A gate by what the document says.
    pub(crate) fn new(app: &App, document: &OpenApi) -> Self {
        Self { app: app.clone(), requirements: Arc::new(Requirements::of(document)) }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate { gate: self.clone(), inner }
    }
}

/// A router behind the gate.
#[derive(Debug, Clone)]
pub(crate) struct Gate<S> {
    gate: GateLayer,
    inner: S,
}

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let gate = self.gate.clone();
        Box::pin(async move {
            let route = request.extensions().get::<MatchedPath>();
            if route.is_some_and(|route| VITAL.contains(&route.as_str())) {
                return inner.call(request).await;
            }
            let requirement = gate.requirements.find(route.map(MatchedPath::as_str), request.method());
            let (mut parts, body) = request.into_parts();
            let mut verdict = None;
            let mut response = match gate.admit(&mut parts, requirement, &mut verdict).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await?,
                Err(problem) => problem.into_response(),
            };
            if let Some(verdict) = verdict {
                verdict.write(response.headers_mut());
            }
            Ok(response)
        })
    }
}

impl GateLayer {
    /// Lets a request in, with its [`Client`], and its [`super::Caller`] where it has one, in its extensions.
    async fn admit(
        &self,
        parts: &mut Parts,
        requirement: Option<Requirement>,
        verdict: &mut Option<Verdict>,
    ) -> Result<(), Problem> {
        let client = Client::of(parts, self.app.config());
        parts.extensions.insert(client);
        let known = self.identify(parts, client, verdict).await?;
        if let Some(known) = &known {
            self.count(Subject::Caller(known.caller.actor()), verdict).await?;
        }
        let credentials_are_wrong =
            |came: bool| if came { refusal::invalid_credentials() } else { refusal::no_credentials() };
        match requirement {
            // What no operation answers, or what answers without being in the document, looks by itself.
            None | Some(Requirement::Public) => {}
            Some(Requirement::Unstated) => {
                tracing::error!("an operation's document does not say which scope it demands");
                return Err(
                    Kind::Internal.because("this operation is closed: its document does not say who may call it")
                );
            }
            Some(Requirement::Scope(scope)) => {
                let came = !matches!(Credentials::of(&parts.headers, client.way), Credentials::None);
                let known = known.as_ref().ok_or_else(|| credentials_are_wrong(came))?;
                if !known.caller.may(scope) {
                    return Err(refusal::lacks(scope));
                }
                if let Some(session) = &known.session {
                    intent::check(&self.app, parts, session)?;
                }
            }
        }
        if let Some(Known { caller, session, .. }) = known {
            parts.extensions.insert(caller);
            if let Some(session) = session {
                parts.extensions.insert(session);
            }
        }
        Ok(())
    }

    /// Who calls. Whoever is not known from a moment ago is counted by address before anything is looked up, so that
    /// guessing is bounded.
    async fn identify(
        &self,
        parts: &Parts,
        client: Client,
        verdict: &mut Option<Verdict>,
    ) -> Result<Option<Known>, Problem> {
        let authority = self.app.authority();
        match Credentials::of(&parts.headers, client.way) {
            Credentials::None | Credentials::Malformed => {
                self.count(Subject::Address(client.address), verdict).await?;
                Ok(None)
            }
            Credentials::Key(secret) => {
                let hash = secret.hash();
                let look_up = async { authority.of_key(self.app.store()?, &secret, hash).await };
                self.find(hash, client, verdict, look_up).await
            }
            Credentials::Session(token) => {
                let hash = hash_of(&token);
                let look_up = async { authority.of_session(self.app.store()?, hash).await };
                self.find(hash, client, verdict, look_up).await
            }
        }
    }

    /// Who has a credential: remembered, or looked up once for all who come with it meanwhile.
    async fn find(
        &self,
        hash: [u8; 32],
        client: Client,
        verdict: &mut Option<Verdict>,
        look_up: impl Future<Output = Result<Option<Known>, Problem>> + Send,
    ) -> Result<Option<Known>, Problem> {
        let authority = self.app.authority();
        loop {
            if let Some(known) = authority.remembered(&hash) {
                return Ok(Some(known));
            }
            match authority.lookups().turn(hash).await {
                Turn::Mine(lookup) => {
                    self.count(Subject::Address(client.address), verdict).await?;
                    let found = look_up.await;
                    lookup.end(match &found {
                        Ok(Some(_)) => Ended::Known,
                        Ok(None) => Ended::Nobody,
                        Err(problem) => Ended::Failed(problem.clone()),
                    });
                    return found;
                }
                // It is remembered now, unless it was forgotten at once: then it is looked up again.
                Turn::Others(Ended::Known) => {}
                Turn::Others(Ended::Nobody) => {
                    self.count(Subject::Address(client.address), verdict).await?;
                    return Ok(None);
                }
                Turn::Others(Ended::Failed(problem)) => return Err(problem),
            }
        }
    }

    async fn count(&self, subject: Subject, verdict: &mut Option<Verdict>) -> Result<(), Problem> {
        let Some(given) = self.app.rate_limits().take(subject).await else {
            *verdict = None;
            return Ok(());
        };
        let refused = given.refusal();
        *verdict = Some(given);
        refused.map_or(Ok(()), Err)
    }
}
