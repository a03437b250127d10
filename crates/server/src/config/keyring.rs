//! The key that wraps the applicants' keys, and the one that signs checkpoints.

use std::path::PathBuf;
use std::time::Duration;

use super::Source;
use super::source::Spec;

/// The key that wraps the applicants' keys, and the one that signs checkpoints.
#[derive(Debug, Clone)]
pub struct Keyring {
    /// The local keyring's file; without it, and without [`Self::kms`], `keyring` in the data folder.
    pub file: Option<PathBuf>,
    /// The key of KMS that wraps in the place of a file: its ARN, id or alias.
    pub kms: Option<String>,
    /// The key of KMS that signs checkpoints; without it the keyring's file signs.
    pub signing: Option<String>,
    /// Keys and secrets that a key-encryption key seals before another takes over.
    pub seals: u64,
    /// How long a key-encryption key is in use.
    pub age: Duration,
    /// After how long the keyring wraps a key anew.
    pub rewrap: Duration,
}

/// Where a keyring is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a file.
    File(PathBuf),
    /// A key of KMS: its ARN, id or alias.
    Kms(String),
}

const KMS: &str = "kms:";

impl KeyPlace {
    /// Reads it as `PLIMSOLL_KEYRING` is written. None where it is empty, or names no key after `kms:`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(KMS) {
            Some("") => None,
            Some(key) => Some(Self::Kms(key.to_owned())),
            None => Some(Self::File(PathBuf::from(text))).filter(|_| !text.is_empty()),
        }
    }
}

impl Keyring {
    pub(super) fn read(from: &mut Source) -> Self {
        let keyring = Spec {
            name: "PLIMSOLL_KEYRING",
            default: "",
            meaning: "file of the local keyring, or a KMS key that wraps; without it, keyring in the data folder",
        };
        let signing = Spec {
            name: "PLIMSOLL_SIGNING_KEY",
            default: "",
            meaning: "KMS key (ECC_NIST_P256) that signs checkpoints; without it, the keyring's file signs",
        };
        let seals = Spec {
            name: "PLIMSOLL_KEYRING_SEALS",
            default: "1048576",
            meaning: "applicants' keys and secrets that a key-encryption key seals before a new one takes over",
        };
        let age = Spec {
            name: "PLIMSOLL_KEYRING_AGE",
            default: "90d",
            meaning: "time after which a new key-encryption key takes over",
        };
        let rewrap = Spec {
            name: "PLIMSOLL_KEYRING_REWRAP",
            default: "365d",
            meaning: "time after which the keyring wraps a key-encryption key anew; at once where its own key is another",
        };
        let day = Duration::from_secs(86_400);
        let place = from.one(keyring, "a path, or kms: and a key's ARN or alias", |text| match text {
            "" => Some(None),
            text => KeyPlace::parse(text).map(Some),
        });
        let (file, kms) = match place.flatten() {
            None => (None, None),
            Some(KeyPlace::File(file)) => (Some(file), None),
            Some(KeyPlace::Kms(key)) => (None, Some(key)),
        };
        let signing = from.one(signing, "kms: and a key's ARN or alias", |text| match text {
            "" => Some(None),
            text => text.strip_prefix(KMS).filter(|key| !key.is_empty()).map(|key| Some(key.to_owned())),
        });
        let signing = signing.flatten();
        if kms.is_some() && signing.is_none() {
            from.contradiction(
                "PLIMSOLL_SIGNING_KEY",
                "PLIMSOLL_KEYRING is a key that wraps and does not sign: set this to kms: and the ARN of a key of the kind \
                 ECC_NIST_P256 that signs checkpoints",
            );
        }
        Self {
            file,
            kms,
            signing,
            seals: from.count(seals, 1..=1 << 32),
            age: from.duration(age, day..=day * 3_650),
            rewrap: from.duration(rewrap, day..=day * 3_650),
        }
    }
}
