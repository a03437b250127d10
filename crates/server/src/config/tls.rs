//! Certificate and key of the public listener.

use std::path::PathBuf;

use super::Source;
use super::source::Spec;

/// TLS of the public listener.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Certificate and key; without them the listener speaks plain HTTP.
    pub files: Option<TlsFiles>,
}

/// The files of a certificate and its key. They are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// PEM: the certificate, then its issuers.
    pub certificate: PathBuf,
    /// PEM: the private key (PKCS #8, PKCS #1 or SEC 1).
    pub key: PathBuf,
}

impl Tls {
    pub(super) fn read(from: &mut Source) -> Self {
        let certificate = from.path(Spec {
            name: "PLIMSOLL_TLS_CERTIFICATE",
            default: "",
            meaning: "PEM file of the certificate and its issuers; makes the public listener speak HTTPS",
        });
        let key = from.path(Spec {
            name: "PLIMSOLL_TLS_KEY",
            default: "",
            meaning: "PEM file of the certificate's private key",
        });
        let files = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => {
                from.contradiction("PLIMSOLL_TLS_KEY", "PLIMSOLL_TLS_CERTIFICATE is set: set the key's file too");
                None
            }
            (None, Some(_)) => {
                from.contradiction(
                    "PLIMSOLL_TLS_CERTIFICATE",
                    "PLIMSOLL_TLS_KEY is set: set the certificate's file too",
                );
                None
            }
        };
        Self { files }
    }
}
