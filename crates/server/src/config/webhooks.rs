//! Calls to others.

use std::time::Duration;

use ipnet::IpNet;

use super::Source;
use super::source::Spec;

/// Calls to others.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Time for one call.
    pub timeout: Duration,
    /// Calls before an event is given up.
    pub attempts: u32,
    /// Private networks that may be called all the same.
    pub allowed_networks: Vec<IpNet>,
}

impl Webhooks {
    pub(super) fn read(from: &mut Source) -> Self {
        let timeout = Spec { name: "PLIMSOLL_WEBHOOK_TIMEOUT", default: "10s", meaning: "time for one webhook call" };
        let attempts = Spec {
            name: "PLIMSOLL_WEBHOOK_ATTEMPTS",
            default: "10",
            meaning: "webhook calls before an event is given up",
        };
        let networks = Spec {
            name: "PLIMSOLL_WEBHOOK_NETWORKS",
            default: "",
            meaning: "private networks that webhooks may call all the same",
        };
        Self {
            timeout: from.duration(timeout, Duration::from_millis(100)..=Duration::from_secs(120)),
            attempts: u32::try_from(from.count(attempts, 1..=100)).unwrap_or(10),
            allowed_networks: from
                .list(networks, "networks with commas between, such as 10.0.0.0/8", |text| text.parse().ok()),
        }
    }
}
