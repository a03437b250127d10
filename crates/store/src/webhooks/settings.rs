//! What a caller sets of an endpoint, and its bounds.

use crate::{Error, Result};

/// Endpoints that there may be.
pub const MAX_ENDPOINTS: i64 = 100;
const MAX_URL: usize = 2_048;
const MAX_EVENTS: usize = 32;
const MAX_EVENT: usize = 64;
const MAX_DESCRIPTION: usize = 500;

/// What a caller sets of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where events are posted.
    pub url: String,
    /// Types of events that are sent; empty for all.
    pub events: Vec<String>,
    /// What it is for.
    pub description: String,
    /// Whether events are sent.
    pub enabled: bool,
}

impl Settings {
    /// Whether events of a type are sent.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|wanted| wanted == kind)
    }

    /// Bounds that the table has; whether a URL may be called is decided where it is called.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |problem: String| Err(Error::Invalid(problem));
        if self.url.is_empty() || self.url.len() > MAX_URL {
            return refuse(format!("a webhook's URL has 1 to {MAX_URL} bytes"));
        }
        if self.description.chars().count() > MAX_DESCRIPTION {
            return refuse(format!("a webhook's description has at most {MAX_DESCRIPTION} characters"));
        }
        let is_type = |event: &String| {
            (1..=MAX_EVENT).contains(&event.len())
                && event.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_'))
        };
        if self.events.len() > MAX_EVENTS || !self.events.iter().all(is_type) {
            return refuse(format!("a webhook has at most {MAX_EVENTS} types of events, such as score.created"));
        }
        if self.url.contains('\0') || self.description.contains('\0') {
            return refuse("a webhook's URL and description have no NUL".to_owned());
        }
        Ok(())
    }

    /// Where it goes, without what may be a password: scheme and authority, nothing behind them.
    pub(super) fn origin(&self) -> &str {
        let authority = self.url.find("://").map_or(0, |at| at + 3);
        let rest = self.url.get(authority..).unwrap_or_default();
        let end = rest.find(['/', '?', '#', '\\']).map_or(self.url.len(), |at| authority + at);
        self.url.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn at(url: &str) -> Settings {
        Settings { url: url.into(), events: vec!["score.created".into()], description: String::new(), enabled: true }
    }

    #[test]
    fn the_ledger_sees_the_origin_only() {
        assert_eq!(at("https://a.example:8443/hook/TOKEN?key=1").origin(), "https://a.example:8443");
        assert_eq!(at("https://a.example?key=1").origin(), "https://a.example");
        assert_eq!(at("https://a.example").origin(), "https://a.example");
    }

    #[test]
    fn bounds_hold() {
        let good = at("https://a.example");
        assert!(good.check().is_ok() && good.wants("score.created") && !good.wants("ping"));
        assert!(Settings { events: vec![], ..good.clone() }.wants("ping"), "no filter is every type");
        for events in [vec![String::new()], vec!["Score".into()], vec!["a".into(); 33]] {
            assert!(Settings { events, ..good.clone() }.check().is_err());
        }
        assert!(Settings { description: "a\0".into(), ..good.clone() }.check().is_err());
        assert!(at(&format!("https://{}", "a".repeat(2_048))).check().is_err());
    }
}
