//! What a service of AWS refused, as a sentence that says what to do.

use std::{error::Error as StdError, fmt};

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::failure::Failure;

/// A call that AWS did not answer as was hoped.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    doing: String,
    code: String,
    said: String,
    answered: bool,
}

impl Refusal {
    /// A no, by its code and what was said.
    pub(crate) fn answer(doing: &str, code: &str, said: &str) -> Self {
        Self { doing: doing.to_owned(), code: code.to_owned(), said: said.to_owned(), answered: true }
    }

    /// No answer, or none that can be read.
    pub(super) fn silence(doing: &str, why: String) -> Self {
        Self { doing: doing.to_owned(), code: String::new(), said: why, answered: false }
    }

    /// The service's code of the error; empty if there was no answer.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether the service said no. Otherwise nobody knows whether it did what it was asked.
    pub(crate) fn answered(&self) -> bool {
        self.answered
    }

    /// Whether asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        !self.answered || is_throttling(&self.code) || ["ServerException", "InternalFailure"].contains(&&*self.code)
    }

    fn advice(&self) -> &'static str {
        let code = self.code.as_str();
        if !self.answered {
            "; check the network's way to AWS, the region, and that credentials can be had"
        } else if is_throttling(code) {
            "; AWS has too much to do: try again in a minute"
        } else if ["Expired", "InvalidClientToken", "UnrecognizedClient", "Signature"].iter().any(|w| code.contains(w))
        {
            "; sign in again, or name another --profile"
        } else if code.contains("AccessDenied") || code.contains("Unauthorized") {
            "; allow it in the policy of the role that you have"
        } else if code.contains("NotFound") {
            "; check --environment, --cluster, --region and --profile"
        } else {
            ""
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = if self.code.is_empty() { "" } else { ": " };
        write!(f, "{}: {}{between}{}{}", self.doing, self.code, self.said, self.advice())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Aws(refusal.to_string())
    }
}

/// What an SDK's error says. `doing` names the operation and what it was about, for a person.
pub(crate) fn refusal<E, R>(doing: impl Into<String>) -> impl FnOnce(SdkError<E, R>) -> Refusal
where
    E: ProvideErrorMetadata + StdError + 'static,
    R: fmt::Debug + 'static,
{
    let doing = doing.into();
    move |error| match &error {
        SdkError::ServiceError(refused) => {
            let (code, said) = (refused.err().code().unwrap_or("no code"), refused.err().message().unwrap_or(""));
            Refusal { doing, code: code.to_owned(), said: said.to_owned(), answered: true }
        }
        SdkError::TimeoutError(_) => {
            Refusal { doing, code: String::new(), said: "no answer in time".to_owned(), answered: false }
        }
        other => Refusal { doing, code: String::new(), said: chain(other), answered: false },
    }
}

fn is_throttling(code: &str) -> bool {
    code.contains("Throttl") || ["RequestLimitExceeded", "TooManyRequestsException"].contains(&code)
}

/// An error and what brought it about, in one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        next = source.source();
    }
    said
}
