//! Where an environment is, and the clients that speak to it.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_http_client::{Builder, tls};
use clap::{Args, ValueEnum};

use crate::failure::Failure;

/// How long a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(4);
/// How long one attempt may take.
pub(super) const ATTEMPT: Duration = Duration::from_secs(15);
/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(60);
/// Attempts of a call, the first among them: ECS throttles those who ask often.
pub(super) const ATTEMPTS: u32 = 5;

/// Which environment, and how AWS is reached.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Environment, as the stack names it, such as production
    #[arg(long, short, env = "PLIMSOLL_OPS_ENVIRONMENT", value_name = "NAME")]
    environment: String,
    /// What computes: ECS, or Kubernetes on EKS by kubectl (deploy, rollback, status, logs)
    #[arg(long, value_enum, default_value_t)]
    platform: Platform,
    /// Cluster, where it is not plimsoll-ENVIRONMENT
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Region, where AWS's own settings do not name the right one
    #[arg(long)]
    region: Option<String>,
    /// Profile of AWS's settings to use
    #[arg(long)]
    profile: Option<String>,
}

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Platform {
    /// ECS on Fargate
    #[default]
    Ecs,
    /// Kubernetes on EKS
    Eks,
}

impl Place {
    /// Whether Kubernetes computes.
    pub(crate) fn is_eks(&self) -> bool {
        self.platform == Platform::Eks
    }

    /// The environment's name.
    pub(crate) fn environment(&self) -> &str {
        &self.environment
    }

    /// The cluster's name.
    pub(crate) fn cluster(&self) -> String {
        self.cluster.clone().unwrap_or_else(|| format!("plimsoll-{}", self.environment))
    }

    /// The flags that lead here again, for commands that are shown.
    pub(crate) fn flags(&self) -> String {
        let optional = [("cluster", &self.cluster), ("region", &self.region), ("profile", &self.profile)];
        let mut flags = format!("--environment {}", self.environment);
        if self.is_eks() {
            flags.push_str(" --platform eks");
        }
        for (name, value) in optional {
            if let Some(value) = value {
                flags.push_str(&format!(" --{name} {value}"));
            }
        }
        flags
    }
}

/// Region, credentials and endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(super) config: SdkConfig,
}

impl Account {
    /// For what is done on ECS. No call is made yet.
    pub(crate) async fn load(place: &Place) -> Result<Self, Failure> {
        if place.is_eks() {
            let problem = "is eks, where only deploy, rollback, status and logs are done here; use kubectl";
            return Err(Failure::input("--platform", problem));
        }
        Self::of_any(place).await
    }

    /// Takes what the place does not say from where the SDKs take it, whatever computes. No call is made yet.
    pub(crate) async fn of_any(place: &Place) -> Result<Self, Failure> {
        Self::signed_in(place.region.as_deref(), place.profile.as_deref()).await
    }

    /// Takes what is not said here from where the SDKs take it. No call is made yet.
    pub(crate) async fn signed_in(region: Option<&str>, profile: Option<&str>) -> Result<Self, Failure> {
        let http =
            Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(CALL)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        if let Some(region) = region {
            loader = loader.region(Region::new(region.to_owned()));
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(Failure::input("AWS", "no region is set; say --region, or set AWS_REGION"));
        }
        Ok(Self { config })
    }

    /// The region's name.
    pub(crate) fn region(&self) -> &str {
        self.config.region().map_or("", |region| region.as_ref())
    }

    pub(crate) fn ecs(&self) -> aws_sdk_ecs::Client {
        aws_sdk_ecs::Client::new(&self.config)
    }

    /// A registry may be of another region than what runs from it.
    pub(crate) fn ecr(&self, region: &str) -> aws_sdk_ecr::Client {
        let config = aws_sdk_ecr::config::Builder::from(&self.config).region(Region::new(region.to_owned()));
        aws_sdk_ecr::Client::from_conf(config.build())
    }

    pub(crate) fn balancers(&self) -> aws_sdk_elasticloadbalancingv2::Client {
        aws_sdk_elasticloadbalancingv2::Client::new(&self.config)
    }

    pub(crate) fn alarms(&self) -> aws_sdk_cloudwatch::Client {
        aws_sdk_cloudwatch::Client::new(&self.config)
    }

    pub(crate) fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        aws_sdk_cloudwatchlogs::Client::new(&self.config)
    }

    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.config)
    }

    pub(crate) fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config)
    }

    pub(crate) fn topics(&self) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::new(&self.config)
    }

    /// The bill is kept in us-east-1 only.
    pub(crate) fn bill(&self) -> aws_sdk_costexplorer::Client {
        let config = aws_sdk_costexplorer::config::Builder::from(&self.config).region(Region::new("us-east-1"));
        aws_sdk_costexplorer::Client::from_conf(config.build())
    }
}
