//! Addresses outside AWS that are asked or told something.

use std::{error::Error as _, time::Duration};

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
    let error = error.without_url();
    let (mut said, mut cause) = (error.to_string(), error.source());
    while let Some(deeper) = cause {
        said = format!("{said}: {deeper}");
        cause = deeper.source();
    }
    said
}
