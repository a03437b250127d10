//! A bucket of S3 as a store of objects.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;
use md5::{Digest as _, Md5};
use object_store::{
    BackoffConfig, ClientOptions, CredentialProvider, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AwsCredential, Checksum},
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
    path::Path,
    prefix::PrefixStore,
};

use crate::{Account, Call, Fault, Observer, Trouble};

/// The MD5 of what is written, in base64.
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
/// The label of its calls in metrics.
const S3: &str = "s3";
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How long one attempt may take, from the request to the head of the answer: a part of 8 MiB goes with it.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How long an answer may be silent.
const SILENCE: Duration = Duration::from_secs(15);
/// Further attempts after the first. Between them lies a growing, jittered pause.
const RETRIES: usize = 4;
/// After this there is no further attempt.
const CALL: Duration = Duration::from_secs(60);
/// The pauses, from and to.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// A bucket, and what the names of all objects in it begin with. What is written bears a SHA-256 that S3 checks; under
/// which key it is encrypted is the bucket's own setting. No call is made yet.
///
/// # Errors
/// Where the client cannot be made.
pub fn bucket(account: &Account, name: &str, prefix: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    let missing =
        || Fault::new("S3", Trouble::Permission, "no credentials are configured; give the task or pod a role");
    let provider = account.config().credentials_provider().ok_or_else(missing)?;
    let retry = RetryConfig {
        backoff: BackoffConfig { init_backoff: PAUSE.0, max_backoff: PAUSE.1, base: 2.0 },
        max_retries: RETRIES,
        retry_timeout: CALL,
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(account.region())
        .with_credentials(Arc::new(Signer(provider)))
        .with_http_connector(Connector(account.observer().clone()))
        .with_retry(retry)
        .with_checksum_algorithm(Checksum::SHA256)
        // A name with dots is no host that a certificate of S3 covers.
        .with_virtual_hosted_style_request(!name.contains('.'));
    if let Some(endpoint) = endpoint(account) {
        builder = builder
            .with_allow_http(endpoint.starts_with("http://"))
            .with_endpoint(endpoint)
            .with_virtual_hosted_style_request(false);
    }
    let made = builder.build();
    let store = made.map_err(|error| Fault::new("S3", Trouble::Setting, format!("bucket `{name}`: {error}")))?;
    Ok(if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, Path::from(prefix))) })
}

/// Where S3 is, if not where the region has it.
fn endpoint(account: &Account) -> Option<String> {
    let of_s3 = std::env::var("AWS_ENDPOINT_URL_S3").ok().filter(|url| !url.is_empty());
    let found = of_s3.or_else(|| account.config().endpoint_url().map(str::to_owned));
    found.map(|url| url.trim_end_matches('/').to_owned())
}

/// The account's credentials, asked for as they run out; the SDK keeps them in memory between.
#[derive(Debug)]
struct Signer(SharedCredentialsProvider);

#[async_trait]
impl CredentialProvider for Signer {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let provided = self.0.provide_credentials().await;
        let found = provided.map_err(|error| {
            let said = format!("no credentials: {}", crate::fault::chain(&error));
            let source = Box::new(Fault::new("S3", Trouble::Permission, said));
            object_store::Error::Generic { store: "S3", source }
        })?;
        Ok(Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            token: found.session_token().map(str::to_owned),
        }))
    }
}

/// Makes clients whose attempts an observer is told of.
#[derive(Debug)]
struct Connector(Observer);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        // Where another part has installed a provider already, that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?;
        Ok(HttpClient::new(Watched { client, observer: self.0.clone() }))
    }
}

/// A client that tells of its attempts and bounds each.
#[derive(Debug)]
struct Watched {
    client: reqwest::Client,
    observer: Observer,
}

#[async_trait]
impl HttpService for Watched {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let operation = operation(request.method(), request.uri().query().unwrap_or_default()).to_owned();
        if operation == "PutObject" {
            digested(&mut request).await?;
        }
        let began = Instant::now();
        let outcome = tokio::time::timeout(ATTEMPT, HttpService::call(&self.client, request)).await;
        let outcome = outcome.unwrap_or_else(|elapsed| Err(HttpError::new(HttpErrorKind::Timeout, elapsed)));
        let succeeded = outcome.as_ref().is_ok_and(|answer| is_answer(answer.status()));
        self.observer.tell(Call { dependency: S3, operation, succeeded, took: began.elapsed() });
        outcome
    }
}

/// Adds the digest without which a bucket with Object Lock takes no object; the checksum that is signed does not do.
async fn digested(request: &mut HttpRequest) -> Result<(), HttpError> {
    let bytes = request.body().clone().collect().await?.to_bytes();
    let digest = STANDARD.encode(Md5::digest(&bytes));
    let value = HeaderValue::from_str(&digest).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
    request.headers_mut().insert(CONTENT_MD5, value);
    Ok(())
}

/// Whether a status is an answer to what was asked: that something is not there, or is there already, is one.
fn is_answer(status: StatusCode) -> bool {
    let told = [StatusCode::NOT_MODIFIED, StatusCode::NOT_FOUND, StatusCode::PRECONDITION_FAILED];
    status.is_success() || told.contains(&status)
}

/// The operation's name, as S3 has it.
fn operation(method: &Method, query: &str) -> &'static str {
    let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    match *method {
        Method::PUT if has("partNumber") => "UploadPart",
        Method::PUT => "PutObject",
        Method::POST if has("uploads") => "CreateMultipartUpload",
        Method::POST if has("uploadId") => "CompleteMultipartUpload",
        Method::DELETE if has("uploadId") => "AbortMultipartUpload",
        Method::DELETE => "DeleteObject",
        Method::GET if has("list-type") => "ListObjectsV2",
        Method::GET => "GetObject",
        Method::HEAD => "HeadObject",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_bear_the_names_of_s3() {
        let cases = [
            (Method::PUT, "", "PutObject"),
            (Method::PUT, "partNumber=1&uploadId=x", "UploadPart"),
            (Method::POST, "uploads", "CreateMultipartUpload"),
            (Method::POST, "uploadId=x", "CompleteMultipartUpload"),
            (Method::GET, "list-type=2&prefix=a", "ListObjectsV2"),
            (Method::GET, "", "GetObject"),
        ];
        for (method, query, name) in cases {
            assert_eq!(operation(&method, query), name);
        }
        assert!(is_answer(StatusCode::PRECONDITION_FAILED) && !is_answer(StatusCode::FORBIDDEN));
    }
}
