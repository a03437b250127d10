//! Addresses outside AWS that are asked or told something.

use std::time::Duration;

use crate::aws::chain;

/// A client that gives up after a while and follows nobody elsewhere.
///
/// # Errors
/// Where TLS cannot be set up.
pub(crate) fn client(patience: Duration) -> reqwest::Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(patience).redirect(reqwest::redirect::Policy::none()).build()
}

/// What went wrong, down to its cause; the address, which may be a secret, is not named.
pub(crate) fn plain(error: reqwest::Error) -> String {
    chain(&error.without_url())
}
