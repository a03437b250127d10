//! What the key-management service refused, as a sentence that says what to do.

use std::{error::Error as StdError, fmt};

use aws_sdk_kms::types::KeyState;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Fault, Trouble};

pub(super) const SERVICE: &str = "KMS";

/// What the state that a key is in keeps it from.
pub(super) fn check_state(key: &str, state: Option<&KeyState>) -> Result<(), Fault> {
    let said = match state {
        None | Some(KeyState::Enabled | KeyState::Updating) => return Ok(()),
        Some(KeyState::Disabled) => disabled(key),
        Some(KeyState::PendingDeletion) => format!("the key's deletion is pending; {}", called_off(key)),
        Some(other) => format!("the key cannot be used, its state is {}", other.as_str()),
    };
    Err(Fault::new(SERVICE, Trouble::Setting, format!("{key}: {said}")))
}

fn disabled(key: &str) -> String {
    format!("the key is disabled; enable it: `aws kms enable-key --key-id {key}`")
}

fn called_off(key: &str) -> String {
    format!("call off the deletion (`aws kms cancel-key-deletion --key-id {key}`) and enable the key")
}

/// What an error of an action (as policies name it) on a key says.
pub(super) fn refusal<E, R>(action: &str, key: &str, error: &SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + StdError + 'static,
    R: fmt::Debug + 'static,
{
    let doing = format!("{action} with {key}");
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
    let message = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or_default();
    let state = |said: String| Fault::new(SERVICE, Trouble::Setting, format!("{doing}: {said}"));
    match code {
        "DisabledException" => state(disabled(key)),
        "KMSInvalidStateException" => state(format!("{message}; if so, {}", called_off(key))),
        "InvalidCiphertextException" | "IncorrectKeyException" => state(
            "this key did not wrap that, or not for this purpose; the row in the database was altered, or belongs to \
             another key"
                .to_owned(),
        ),
        "InvalidKeyUsageException" => {
            state(format!("the key is not of the kind that does this: {message}; name another one"))
        }
        "AccessDeniedException" => Fault::new(
            SERVICE,
            Trouble::Permission,
            format!("{doing}: access is denied: {message}; {action} has to be allowed by the key's policy too"),
        ),
        _ => Fault::of(SERVICE, &doing, error),
    }
}
