//! Moments: microseconds since 1970 UTC in tables, RFC 3339 with six digits and `Z` in the ledger and in answers.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// A point in time, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// What the system's clock says.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// From microseconds since 1970 UTC.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 UTC.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970 UTC, as identifiers of version 7 hold them.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    /// Later by so many seconds; earlier where negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The day in UTC.
    #[must_use]
    pub fn date(self) -> time::Date {
        self.date_time().date()
    }

    /// The day in UTC, as `2026-11-26`.
    #[must_use]
    pub fn day(self) -> String {
        let date = self.date_time().date();
        format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }

    /// Reads RFC 3339 with any offset.
    ///
    /// # Errors
    /// A text that says what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parsed = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
            .map_err(|_| format!("`{text}` is no time as RFC 3339 writes it, e.g. 2026-11-26T08:00:00Z"))?;
        i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1000))
            .map(Self)
            .map_err(|_| format!("`{text}` is too far from today"))
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (at, micros) = (self.date_time(), self.0.rem_euclid(1_000_000));
        let (hour, minute, second) = at.time().as_hms();
        write!(
            f,
            "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z",
            at.year(),
            u8::from(at.month()),
            at.day()
        )
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn is_written_and_read_to_the_microsecond() {
        for text in ["2026-11-26T07:55:01.000042Z", "1970-01-01T00:00:00.000000Z", "2000-02-29T23:59:59.999999Z"] {
            assert_eq!(Moment::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Moment::parse("2026-11-26T09:55:01+02:00").unwrap().to_string(), "2026-11-26T07:55:01.000000Z");
        assert!(Moment::parse("yesterday").is_err());
    }
}
