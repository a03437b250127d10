//! When a call is tried again.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use ring::rand::{SecureRandom, SystemRandom};
use store::Moment;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// A receiver may ask for no longer wait.
const LONGEST: Duration = Duration::from_secs(86_400);

/// When to try again after attempt number `attempt` (from 1) failed; none where that was the last. Delays vary by a
/// tenth either way, so that a receiver that comes back is not met by all at once. What the receiver asks for in
/// `Retry-After` may lengthen a delay, never shorten it.
pub(super) fn next(schedule: &[Duration], attempt: u32, asked: Option<Duration>, now: Moment) -> Option<Moment> {
    let delay = schedule.get(usize::try_from(attempt).ok()?)?;
    let delay = delay.mul_f64(0.9 + 0.2 * fraction()).max(asked.unwrap_or_default().min(LONGEST));
    Some(Moment::from_micros(now.micros().saturating_add(i64::try_from(delay.as_micros()).unwrap_or(i64::MAX))))
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn asked(headers: &HeaderMap, now: Moment) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
    u64::try_from(at.saturating_sub(now.micros() / 1_000_000)).ok().map(Duration::from_secs)
}

/// A number from 0 to 1; one half where the system gives no random bytes.
fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_follow_the_schedule_and_what_is_asked_for() {
        let schedule = [0, 100, 1_000].map(Duration::from_secs);
        let now = Moment::from_micros(0);
        let wait = |attempt, asked| next(&schedule, attempt, asked, now).map(|at| at.micros() / 1_000_000);
        for _ in 0..100 {
            assert!((90..=110).contains(&wait(1, None).unwrap()));
            assert!((900..=1_100).contains(&wait(2, Some(Duration::from_secs(5))).unwrap()), "never shorter");
        }
        assert_eq!(wait(1, Some(Duration::from_secs(500))), Some(500));
        assert_eq!(wait(1, Some(Duration::from_secs(u64::MAX))), Some(86_400), "within bounds");
        assert_eq!((wait(3, None), wait(u32::MAX, None)), (None, None), "the last attempt");
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = Moment::parse("2026-11-26T08:00:00Z").unwrap();
        let read = |text: &str| asked(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]), now);
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Thu, 26 Nov 2026 08:01:00 GMT"), Some(Duration::from_secs(60)));
        for none in ["Thu, 26 Nov 2026 07:00:00 GMT", "-1", "soon", ""] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
