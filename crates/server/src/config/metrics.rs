//! Where figures go besides `/metrics`.

use super::Source;
use super::source::Spec;

/// Where figures go besides `/metrics`.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Into lines of the standard output that CloudWatch makes metrics of.
    pub cloudwatch: bool,
}

impl Metrics {
    pub(super) fn read(from: &mut Source) -> Self {
        let to = Spec {
            name: "PLIMSOLL_METRICS",
            default: "off",
            meaning: "where figures that alarms watch go besides /metrics: off, or lines of the log for CloudWatch",
        };
        Self { cloudwatch: from.choice(to, &[("off", false), ("cloudwatch", true)], false) }
    }
}
