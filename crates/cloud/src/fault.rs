//! What a service refused, as a sentence that says what to do.

use std::{error::Error as StdError, fmt};

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// What is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// A setting of this process.
    Setting,
    /// The role may not do this.
    Permission,
    /// The name leads to nothing.
    Name,
    /// No connection came about, or no answer in time.
    Network,
    /// The connection is not trusted.
    Tls,
    /// The service has too much to do.
    Throttled,
    /// The service failed.
    Failed,
}

/// A service that did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    service: &'static str,
    trouble: Trouble,
    said: String,
}

impl Fault {
    /// A fault of a service.
    pub fn new(service: &'static str, trouble: Trouble, said: impl Into<String>) -> Self {
        Self { service, trouble, said: said.into() }
    }

    /// What is at fault.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// What an SDK's error says. `doing` names the operation and what it was about, for a person.
    pub(crate) fn of<E, R>(service: &'static str, doing: &str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
        R: fmt::Debug + 'static,
    {
        let (trouble, said) = match error {
            SdkError::ServiceError(refused) => {
                let (code, message) = (refused.err().code().unwrap_or(""), refused.err().message().unwrap_or(""));
                (trouble_of(code), format!("{code}: {message}"))
            }
            SdkError::TimeoutError(_) => (Trouble::Network, "no answer in time".to_owned()),
            SdkError::DispatchFailure(failure) => {
                let said =
                    failure.as_connector_error().map_or_else(|| "no connection".to_owned(), |error| chain(error));
                let is_tls = ["certificate", "tls", "TLS", "handshake"].iter().any(|word| said.contains(word));
                (if is_tls { Trouble::Tls } else { Trouble::Network }, said)
            }
            other => (Trouble::Failed, chain(other)),
        };
        Self { service, trouble, said: format!("{doing}: {said}") }
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.trouble, Trouble::Network | Trouble::Tls | Trouble::Throttled | Trouble::Failed)
    }

    fn advice(&self) -> &'static str {
        match self.trouble {
            Trouble::Setting => "",
            Trouble::Permission => "; allow it in the policy of the role that this process has",
            Trouble::Name => "; check the name, the region and the account",
            Trouble::Network => "; check the network's way there: endpoints, security groups, name resolution",
            Trouble::Tls => "; check the certificates that this machine trusts and the endpoint's name",
            Trouble::Throttled => "; it has too much to do: try again, or raise its capacity or quota",
            Trouble::Failed => "; try again",
        }
    }
}

/// What a service's error code means.
fn trouble_of(code: &str) -> Trouble {
    const PERMISSION: [&str; 9] = [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "ExpiredToken",
        "ExpiredTokenException",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    ];
    const THROTTLED: [&str; 7] = [
        "ThrottlingException",
        "Throttling",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "TooManyRequestsException",
        "SlowDown",
    ];
    if PERMISSION.contains(&code) {
        Trouble::Permission
    } else if THROTTLED.contains(&code) {
        Trouble::Throttled
    } else if code.contains("NotFound") || code == "NoSuchBucket" {
        Trouble::Name
    } else {
        Trouble::Failed
    }
}

/// An error and what brought it about, in one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        next = source.source();
    }
    said
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}", self.service, self.said, self.advice())
    }
}

impl StdError for Fault {}

impl From<Fault> for store::Error {
    fn from(fault: Fault) -> Self {
        let (service, passing) = (fault.service, fault.is_passing());
        Self::Service { service, problem: format!("{}{}", fault.said, fault.advice()), passing }
    }
}
