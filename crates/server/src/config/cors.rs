//! Which other sites' pages may call the API.

use http::HeaderValue;

use super::Source;
use super::source::Spec;

/// Which other sites' pages may call the API from a browser.
#[derive(Debug, Clone)]
pub struct Cors {
    /// Origins, such as `https://app.example`; none by default.
    pub origins: Vec<HeaderValue>,
}

impl Cors {
    pub(super) fn read(from: &mut Source) -> Self {
        let origins = Spec {
            name: "PLIMSOLL_CORS_ORIGINS",
            default: "",
            meaning: "origins whose pages may call the API from a browser; none by default",
        };
        let origin = |text: &str| {
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
            let plain = !host.is_empty() && !host.contains(['/', '*', '?', '#', '@', ' ']);
            plain.then(|| HeaderValue::from_str(text).ok()).flatten()
        };
        Self { origins: from.list(origins, "origins with commas between, such as https://app.example", origin) }
    }
}
