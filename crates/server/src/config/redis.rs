//! Limits and locks shared between instances.

use super::source::Spec;
use super::{Secret, Source};

/// Redis or Valkey.
#[derive(Debug, Clone)]
pub struct Redis {
    /// Where it is; without it, limits and locks are kept in the process.
    pub url: Option<Secret>,
}

impl Redis {
    pub(super) fn read(from: &mut Source) -> Self {
        let url = Spec {
            name: "PLIMSOLL_REDIS_URL",
            default: "",
            meaning: "Redis or Valkey for rate limits and locks that several instances share",
        };
        Self {
            url: from.secret(url, "redis://host:port or rediss://host:port", |text| {
                text.starts_with("redis://") || text.starts_with("rediss://")
            }),
        }
    }
}
