//! The content security policy of a document that brings its own style and nothing else: a notice, a report.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Nothing is loaded and nothing runs; only the document's own `<style>` elements apply, by their hashes.
pub(crate) fn policy(html: &str) -> String {
    let mut sources = String::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<style>") {
        let Some((style, after)) = after.split_once("</style>") else { break };
        let hash = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
        sources.push_str(" 'sha256-");
        sources.push_str(&STANDARD.encode(hash));
        sources.push('\'');
        rest = after;
    }
    if sources.is_empty() {
        sources.push_str(" 'none'");
    }
    format!("default-src 'none'; style-src{sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn every_style_is_hashed_and_nothing_else_allowed() {
        // printf 'p{}' | openssl dgst -sha256 -binary | base64
        let hash = "gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=";
        assert!(
            policy("<style>p{}</style><style>p{}</style>")
                .contains(&format!("style-src 'sha256-{hash}' 'sha256-{hash}';"))
        );
        assert!(policy("<p>").contains("style-src 'none';"));
    }
}
