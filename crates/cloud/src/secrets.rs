//! Secrets of Secrets Manager, read at start and again when they were rotated.

use aws_sdk_secretsmanager::Client;
use zeroize::Zeroizing;

use crate::{Account, Fault, Trouble};

const SERVICE: &str = "Secrets Manager";

/// Which version of a secret. While one is rotated, more than one may be valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretStage {
    /// The one in force (`AWSCURRENT`).
    Current,
    /// The one that is about to be (`AWSPENDING`): a rotation sets it in the database before it says that it is in force.
    Pending,
    /// The one before (`AWSPREVIOUS`): still valid where the secret was changed before the database was.
    Previous,
}

impl SecretStage {
    fn label(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Pending => "AWSPENDING",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

/// Reads secrets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Secrets {
    client: Client,
}

impl Secrets {
    /// Those of an account and region.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        Self { client: account.secrets() }
    }

    /// A secret's text at a stage, by its name or ARN. None where it has no version at a stage other than the current one.
    ///
    /// # Errors
    /// Where there is no such secret, it may not be read, is about to be deleted, or is no text.
    pub async fn text(&self, name: &str, stage: SecretStage) -> Result<Option<Zeroizing<String>>, Fault> {
        let request = self.client.get_secret_value().secret_id(name).version_stage(stage.label());
        let doing = format!("secretsmanager:GetSecretValue of {name}");
        let read = match request.send().await {
            Ok(read) => read,
            Err(error) => {
                let missing = error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception());
                let fault = Fault::of(SERVICE, &doing, &error);
                return if missing && stage != SecretStage::Current { Ok(None) } else { Err(fault) };
            }
        };
        let text = read.secret_string.map(Zeroizing::new);
        let binary = || Fault::new(SERVICE, Trouble::Setting, format!("{doing}: it is binary; settings are texts"));
        text.map(Some).ok_or_else(binary)
    }
}
