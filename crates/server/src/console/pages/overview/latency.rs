//! How quickly this process answers, from its own counts.

use crate::console::figures::count;
use crate::operations::metrics::Metrics;

/// The route whose times are told.
const ROUTE: &str = "/v1/scores";

/// Times of the route since the process began.
pub(super) struct Latency {
    pub(super) requests: String,
    pub(super) half: String,
    pub(super) most: String,
}

impl Latency {
    /// None where nobody has asked yet.
    pub(super) fn read(metrics: &Metrics) -> Option<Self> {
        let text = metrics.encode().ok()?;
        let buckets = buckets(&text);
        let all = buckets.last().map(|(_, count)| *count).filter(|count| *count > 0)?;
        Some(Self { requests: count(all), half: within(&buckets, all, 0.5), most: within(&buckets, all, 0.99) })
    }
}

/// Upper bounds in seconds, and how many took no longer.
fn buckets(text: &str) -> Vec<(f64, u64)> {
    let route = format!("route=\"{ROUTE}\"");
    let line = |line: &str| {
        let labels = line.strip_prefix("plimsoll_http_request_seconds_bucket{")?;
        let (labels, value) = labels.split_once("} ")?;
        let bound = labels.split(',').find_map(|label| label.strip_prefix("le=\"")?.strip_suffix('"'))?;
        let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
        labels.split(',').any(|label| label == route).then_some(())?;
        Some((bound, value.split(' ').next()?.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

/// The bound that a share of all kept, in words: what is counted are buckets, so no more can be said.
fn within(buckets: &[(f64, u64)], all: u64, share: f64) -> String {
    let wanted = all as f64 * share;
    let bound = buckets.iter().find(|(_, count)| *count as f64 >= wanted).map_or(f64::INFINITY, |(bound, _)| *bound);
    if bound.is_infinite() {
        return "over 30 s".to_owned();
    }
    if bound < 1.0 { format!("≤ {} ms", bound * 1000.0) } else { format!("≤ {bound} s") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::operations::metrics::Dependencies;

    #[test]
    fn times_are_read_from_what_is_counted() {
        let metrics = Metrics::new(&Dependencies::default());
        assert!(Latency::read(&metrics).is_none());
        let seconds = metrics.http.seconds_of(&Arc::from(ROUTE));
        for millis in [1, 2, 3, 4, 400] {
            seconds.observe(Duration::from_millis(millis).as_secs_f64());
        }
        metrics.http.seconds_of(&Arc::from("/v1/other")).observe(9.0);
        let latency = Latency::read(&metrics).unwrap();
        assert_eq!(
            (latency.requests.as_str(), latency.half.as_str(), latency.most.as_str()),
            ("5", "≤ 5 ms", "≤ 500 ms")
        );
    }
}
