//! Moments, as AWS tells them and as people read them.

use aws_smithy_types::DateTime;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A moment in UTC, to the second.
pub(crate) fn moment(at: Option<&DateTime>) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(at?.secs()).ok()?.format(&Rfc3339).ok()
}

/// How long ago a moment was, in the largest unit that fits.
pub(crate) fn ago(at: Option<&DateTime>) -> Option<String> {
    let seconds = OffsetDateTime::now_utc().unix_timestamp() - at?.secs();
    Some(match seconds.max(0) {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    })
}
