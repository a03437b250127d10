//! Certificate and key of the public listener.

use std::path::PathBuf;

use super::source::{PEM, Spec};
use super::{Secret, Source};

/// TLS of the public listener.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Certificate and key; without them the listener speaks plain HTTP.
    pub pair: Option<TlsPair>,
}

/// A certificate and its key. They are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsPair {
    /// PEM: the certificate, then its issuers.
    pub certificate: Pem,
    /// PEM: the private key (PKCS #8, PKCS #1 or SEC 1).
    pub key: Pem,
}

/// Where a text in PEM is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pem {
    /// In a file.
    File(PathBuf),
    /// In the setting itself.
    Text {
        /// The setting.
        setting: &'static str,
        /// Its value.
        text: Secret,
    },
}

/// The setting of the certificate.
const CERTIFICATE: &str = "PLIMSOLL_TLS_CERTIFICATE";
/// The setting of its key.
const KEY: &str = "PLIMSOLL_TLS_KEY";

impl Tls {
    pub(super) fn read(from: &mut Source) -> Self {
        let certificate = Spec {
            name: CERTIFICATE,
            default: "",
            meaning: "PEM file, or PEM text, of the certificate and its issuers; makes the public listener speak HTTPS",
        };
        let key = Spec { name: KEY, default: "", meaning: "PEM file, or PEM text, of the certificate's private key" };
        let pair = match (pem(from, certificate), pem(from, key)) {
            (Some(certificate), Some(key)) => Some(TlsPair { certificate, key }),
            (None, None) => None,
            (Some(_), None) => {
                from.contradiction(KEY, "PLIMSOLL_TLS_CERTIFICATE is set: set the key too");
                None
            }
            (None, Some(_)) => {
                from.contradiction(CERTIFICATE, "PLIMSOLL_TLS_KEY is set: set the certificate too");
                None
            }
        };
        Self { pair }
    }
}

fn pem(from: &mut Source, spec: Spec) -> Option<Pem> {
    let read = |text: &str| match text {
        "" => None,
        text if text.starts_with(PEM) => Some(Pem::Text { setting: spec.name, text: Secret::new(text) }),
        text => Some(Pem::File(PathBuf::from(text))),
    };
    from.one(spec, "a path, or a text that begins with -----BEGIN", |text| Some(read(text))).flatten()
}
