//! A score's entry as monitoring reads it: what it does not know it passes over.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use store::{
    DECISIONS, Moment,
    ledger::{Entry, Opening},
    monitoring::{Day, NO_DECISION, day_of},
};
use uuid::Uuid;

/// What stands for an attribute that cannot be read.
pub(super) const NO_ATTRIBUTE: u32 = u32::MAX;

/// What stands in the clear.
pub(super) struct Seen {
    pub(super) id: Uuid,
    pub(super) day: Day,
    pub(super) model: String,
    pub(super) score: f64,
    pub(super) decision: u8,
    pub(super) applicant: Option<Uuid>,
}

#[derive(Deserialize)]
struct Clear<'b> {
    #[serde(borrow)]
    model: Cow<'b, str>,
    score: Json,
    #[serde(default, borrow)]
    decision: Option<Cow<'b, str>>,
    #[serde(default)]
    applicant: Option<Uuid>,
}

/// What was sealed.
#[derive(Deserialize)]
pub(super) struct Opened {
    /// The application as it was submitted.
    pub(super) application: Map<String, Json>,
    /// By characteristic: the index of the attribute that matched, alone or before its points.
    #[serde(default)]
    attributes: Vec<Json>,
}

impl Seen {
    /// Reads an entry; `None` where it is none of a score.
    pub(super) fn read(entry: &Entry) -> Option<Self> {
        let opening = Opening::parse(entry.body.as_bytes()).ok().filter(|opening| opening.kind == "score")?;
        let clear: Clear<'_> = serde_json::from_str(&entry.body).ok()?;
        let score = match &clear.score {
            Json::String(text) => text.parse().ok()?,
            other => other.as_f64()?,
        };
        let number = |name: &str| DECISIONS.iter().position(|known| *known == name);
        let decision = clear.decision.as_deref().and_then(number).and_then(|place| u8::try_from(place).ok());
        Some(Self {
            id: opening.id,
            day: day_of(Moment::parse(opening.time).ok()?),
            model: clear.model.into_owned(),
            score,
            decision: decision.unwrap_or(NO_DECISION),
            applicant: clear.applicant,
        })
    }
}

/// A person's decision on a score.
pub(super) struct Reviewed {
    pub(super) score: Uuid,
    pub(super) day: Day,
    pub(super) decision: u8,
}

impl Reviewed {
    /// Reads an entry; `None` where it is none of a review.
    pub(super) fn read(entry: &Entry) -> Option<Self> {
        #[derive(Deserialize)]
        struct Clear<'b> {
            score: Uuid,
            #[serde(borrow)]
            decision: Cow<'b, str>,
        }
        let opening = Opening::parse(entry.body.as_bytes()).ok().filter(|opening| opening.kind == "review")?;
        let clear: Clear<'_> = serde_json::from_str(&entry.body).ok()?;
        let decision = DECISIONS.iter().position(|known| *known == clear.decision)?;
        let day = day_of(Moment::parse(opening.time).ok()?);
        Some(Self { score: clear.score, day, decision: u8::try_from(decision).ok()? })
    }
}

impl Opened {
    pub(super) fn read(sealed: &[u8]) -> Option<Self> {
        serde_json::from_slice(sealed).ok()
    }

    /// The attributes that matched, by characteristic.
    pub(super) fn attributes(&self) -> impl Iterator<Item = u32> {
        self.attributes.iter().map(|matched| {
            let index = matched.as_u64().or_else(|| matched.get(0).and_then(Json::as_u64));
            index.and_then(|index| u32::try_from(index).ok()).unwrap_or(NO_ATTRIBUTE)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(members: &str) -> Entry {
        let opening = r#"{"chain":0,"sequence":7,"time":"1970-01-02T00:00:00.000000Z","kind":"score","id":"0190a5c4-7c3e-7000-8000-0123456789ab""#;
        Entry { chain: 0, sequence: 7, hash: store::ledger::Hash::ZERO, body: format!("{opening}{members}}}") }
    }

    #[test]
    fn scores_are_numbers_or_exact_texts_and_what_is_not_known_is_passed_over() {
        let seen = Seen::read(&entry(r#","model":"ab","score":"612.5","decision":"decline","new":{}"#)).unwrap();
        assert_eq!((seen.score, seen.decision, seen.day), (612.5, 3, 1));
        let seen = Seen::read(&entry(r#","model":"ab","score":612,"decision":null"#)).unwrap();
        assert_eq!((seen.score, seen.decision), (612.0, NO_DECISION));
        assert!(Seen::read(&entry(r#","score":612"#)).is_none());
        let opened = Opened::read(br#"{"application":{},"attributes":[2,[3,"1.5",null],"x"]}"#).unwrap();
        assert_eq!(opened.attributes().collect::<Vec<_>>(), [2, 3, u32::MAX]);
    }
}
