//! The clock.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Now, to the second, in UTC (RFC 3339); the time of `SOURCE_DATE_EPOCH` where that is set, so that a report can be
/// made again to the byte.
pub(crate) fn now() -> Option<String> {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = match told {
        Some(seconds) => OffsetDateTime::from_unix_timestamp(seconds).ok()?,
        None => OffsetDateTime::now_utc(),
    };
    now.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}
