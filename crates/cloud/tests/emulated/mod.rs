//! An account on an emulator, or on whatever listens at a URL.

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use cloud::{Account, Observer};
use std::time::Duration;

/// The region of the emulator.
pub(crate) const REGION: &str = "eu-west-2";

/// An account whose services are all at one URL.
pub(crate) fn account(url: &str, region: &str) -> Account {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(2));
    let timeouts = timeouts.operation_attempt_timeout(Duration::from_secs(10)).build();
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Builder::new().build_http())
        .endpoint_url(url)
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "tests")))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
        .time_source(aws_smithy_async::time::SystemTimeSource::new())
        .build();
    Account::from_config(config, Observer::default()).unwrap()
}
