//! Calls to others.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::Source;
use super::source::Spec;

/// Calls to others.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Time for one call.
    pub timeout: Duration,
    /// When an event is tried: how long after it arose, then how long after each attempt that failed.
    pub schedule: Vec<Duration>,
    /// How long every call to an endpoint must fail for it to be disabled.
    pub disable_after: Duration,
    /// Networks that may be called although they are not public.
    pub allow_networks: Vec<IpNet>,
    /// Ports that may be called.
    pub ports: Vec<RangeInclusive<u16>>,
    /// Whether calls may go over plain HTTP.
    pub allow_http: bool,
    /// Certificates of authorities that are trusted besides the system's.
    pub authorities: Option<PathBuf>,
}

impl Webhooks {
    pub(super) fn read(from: &mut Source) -> Self {
        let timeout = Spec { name: "PLIMSOLL_WEBHOOK_TIMEOUT", default: "15s", meaning: "time for one webhook call" };
        let schedule = Spec {
            name: "PLIMSOLL_WEBHOOK_SCHEDULE",
            default: "0, 5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h",
            meaning: "when a webhook call is tried: after the event, then after each failure",
        };
        let disable_after = Spec {
            name: "PLIMSOLL_WEBHOOK_DISABLE_AFTER",
            default: "5d",
            meaning: "how long every call to a webhook must fail for it to be disabled",
        };
        let networks = Spec {
            name: "PLIMSOLL_WEBHOOK_ALLOW_NETWORKS",
            default: "",
            meaning: "networks that webhooks may call although they are not public",
        };
        let ports = Spec { name: "PLIMSOLL_WEBHOOK_PORTS", default: "443", meaning: "ports that webhooks may call" };
        let http = Spec {
            name: "PLIMSOLL_WEBHOOK_ALLOW_HTTP",
            default: "no",
            meaning: "whether webhooks may call plain http:// addresses",
        };
        let authorities = Spec {
            name: "PLIMSOLL_WEBHOOK_CA_FILE",
            default: "",
            meaning: "PEM file of authorities that webhooks trust besides the system's",
        };
        Self {
            timeout: from.duration(timeout, Duration::from_millis(100)..=Duration::from_secs(120)),
            schedule: from.durations(schedule, Duration::ZERO..=Duration::from_secs(7 * 86_400)),
            disable_after: from.duration(disable_after, Duration::ZERO..=Duration::from_secs(90 * 86_400)),
            allow_networks: from
                .list(networks, "networks with commas between, such as 10.0.0.0/8", |text| text.parse().ok()),
            ports: from.list(ports, "ports or ranges with commas between, such as 443, 8000-8999", ports_of),
            allow_http: from.choice(http, &[("no", false), ("yes", true)], false),
            authorities: from.path(authorities),
        }
    }
}

fn ports_of(text: &str) -> Option<RangeInclusive<u16>> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let (low, high): (u16, u16) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
    (low > 0 && low <= high).then_some(low..=high)
}
