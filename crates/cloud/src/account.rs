//! The account: region, credentials, and how its services are called.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_smithy_http_client::{Builder, tls};

use crate::{Fault, Observer, Trouble, calls::Watch};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How long one attempt may take, from the request to the last byte of the answer.
const ATTEMPT: Duration = Duration::from_secs(3);
/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(8);
/// Attempts of a call, the first among them. Between them lies a growing, jittered pause; when many calls fail, a budget that
/// all of this process share stops further attempts.
const ATTEMPTS: u32 = 3;

/// The account as the environment gives it: region and credentials of the task, the pod, or a developer's profile.
#[derive(Debug, Clone)]
pub struct Account {
    config: SdkConfig,
    observer: Observer,
}

impl Account {
    /// Takes region, credentials and endpoints from where the SDKs take them: variables (`AWS_*`), the shared
    /// configuration files, the task's or pod's credentials. No call is made yet.
    ///
    /// # Errors
    /// Where no region is set.
    pub async fn from_environment(observer: Observer) -> Result<Self, Fault> {
        let http =
            Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(CALL)
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .load()
            .await;
        Self::from_config(config, observer)
    }

    /// Takes region, credentials, endpoints and time-outs from a configuration of the SDK.
    ///
    /// # Errors
    /// Where it has no region.
    pub fn from_config(config: SdkConfig, observer: Observer) -> Result<Self, Fault> {
        if config.region().is_none() {
            let said = "no region is set; set AWS_REGION";
            return Err(Fault::new("AWS", Trouble::Setting, said));
        }
        Ok(Self { config, observer })
    }

    /// Region, credentials and endpoints, for a client.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The region's name.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or("", |region| region.as_ref())
    }

    /// A client of DynamoDB.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config).interceptor(self.watch("dynamodb"));
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A client of the key-management service.
    #[must_use]
    pub fn kms(&self) -> aws_sdk_kms::Client {
        let config = aws_sdk_kms::config::Builder::from(&self.config).interceptor(self.watch("kms"));
        aws_sdk_kms::Client::from_conf(config.build())
    }

    /// A client of Secrets Manager.
    #[must_use]
    pub fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        let config = aws_sdk_secretsmanager::config::Builder::from(&self.config);
        aws_sdk_secretsmanager::Client::from_conf(config.interceptor(self.watch("secretsmanager")).build())
    }

    /// Who is told of calls.
    pub(crate) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// What a client of a service tells its calls to. `dependency` is the label of its metrics.
    pub(crate) fn watch(&self, dependency: &'static str) -> Watch {
        Watch::new(dependency, self.observer.clone())
    }

    /// Whether credentials can be had.
    ///
    /// # Errors
    /// What keeps them away.
    pub async fn credentials(&self) -> Result<aws_credential_types::Credentials, Fault> {
        let advice = "give the task or pod a role, or set AWS_PROFILE";
        let missing = |why: String| Fault::new("AWS", Trouble::Permission, format!("no credentials: {why}; {advice}"));
        let provider = self.config.credentials_provider().ok_or_else(|| missing("none are configured".to_owned()))?;
        provider.provide_credentials().await.map_err(|error| missing(crate::fault::chain(&error)))
    }
}
