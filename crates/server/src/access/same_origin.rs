//! Whether a change that a cookie vouches for was asked for by a page of ours.

use http::header::{HOST, HeaderMap, ORIGIN};

use crate::config::Config;
use crate::problem::{Kind, Problem};

/// The header that repeats the session's token.
pub(crate) const X_CSRF_TOKEN: &str = "x-csrf-token";

/// Refuses requests that a browser says come from elsewhere. Programs say nothing; a token vouches for those.
///
/// # Errors
/// 403.
pub(crate) fn check(headers: &HeaderMap, config: &Config) -> Result<(), Problem> {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_ours = match (header("sec-fetch-site"), header(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            let own = config.listeners.public_url.as_deref().is_some_and(|url| is_origin_of(origin, url));
            own || host.is_some_and(|host| header(HOST.as_str()).is_some_and(|own| own.eq_ignore_ascii_case(host)))
        }
        (None, None) => true,
    };
    if is_ours {
        return Ok(());
    }
    Err(Kind::Forbidden.because("a page of another site asked for this; sessions are for this service's own pages"))
}

fn is_origin_of(origin: &str, url: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_refused() {
        let config = Config::default();
        let check = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                (http::HeaderName::from_static(name), http::HeaderValue::try_from(*value).expect("a header"))
            });
            super::check(&headers.collect(), &config).is_ok()
        };
        let host = ("host", "lender.example:8443");
        assert!(check(&[host]));
        assert!(check(&[host, ("sec-fetch-site", "same-origin"), ("origin", "https://lender.example:8443")]));
        assert!(check(&[host, ("origin", "https://Lender.example:8443")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!check(&[host, ("sec-fetch-site", site)]), "{site}");
        }
        for origin in ["https://lender.example", "https://evil.example", "null", "", "https://lender.example:8443.evil"]
        {
            assert!(!check(&[host, ("origin", origin)]), "{origin}");
        }
        assert!(
            is_origin_of("https://a.example", "https://a.example/x") && !is_origin_of("https://a", "https://a.example")
        );
    }
}
