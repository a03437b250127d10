//! The roots that the image trusts: Mozilla's, of the version that Cargo.lock names, so that no machine's own list gets in.

use std::fmt::Write;

/// Them as PEM.
pub(super) fn roots() -> String {
    let mut text = String::new();
    for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = base64(root);
        for line in encoded.as_bytes().chunks(64) {
            let _ = writeln!(text, "{}", String::from_utf8_lossy(line));
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
