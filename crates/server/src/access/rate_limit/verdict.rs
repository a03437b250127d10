//! What a count says, and how it is told: the headers `RateLimit-Policy` and `RateLimit` of
//! draft-ietf-httpapi-ratelimit-headers-10, and `Retry-After`.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use super::Quota;
use crate::problem::{Kind, Problem};

/// How a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// How many more may come at once.
    pub(super) remaining: u32,
    /// Where this one was too much: after which time one may come.
    pub(super) wait: Option<Duration>,
}

/// What a count says.
#[derive(Debug, Clone, Copy)]
pub(in crate::access) struct Verdict {
    quota: Quota,
    count: Count,
}

impl Verdict {
    pub(super) fn new(quota: Quota, count: Count) -> Self {
        Self { quota, count }
    }

    /// 429, where the request was one too many.
    pub(in crate::access) fn refusal(&self) -> Option<Problem> {
        let seconds = whole_seconds(self.count.wait?).max(1);
        let Quota { name, rate, burst, .. } = self.quota;
        let detail = format!("this {name} may send {rate} requests a second, {burst} at once; go on in {seconds} s");
        Some(Kind::RateLimited.because(detail).retry_after(seconds))
    }

    /// Writes the headers.
    pub(in crate::access) fn write(&self, headers: &mut HeaderMap) {
        let Quota { name, burst, window, rate } = self.quota;
        let used = burst.saturating_sub(self.count.remaining);
        let reset = used.div_ceil(rate.max(1));
        let values = [
            ("ratelimit-policy", format!("\"{name}\";q={burst};w={window}")),
            ("ratelimit", format!("\"{name}\";r={};t={reset}", self.count.remaining)),
        ];
        for (header, value) in values {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(header, value);
            }
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_is_left() {
        let quota = Quota { name: "key", rate: 50, burst: 100, window: 2 };
        let mut headers = HeaderMap::new();
        let verdict = Verdict::new(quota, Count { remaining: 40, wait: None });
        verdict.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"key\";q=100;w=2");
        assert_eq!(headers["ratelimit"], "\"key\";r=40;t=2");
        assert!(verdict.refusal().is_none());
        let spent = Verdict::new(quota, Count { remaining: 0, wait: Some(Duration::from_millis(20)) });
        assert_eq!(spent.refusal().map(|problem| problem.status().as_u16()), Some(429));
    }
}
