//! How models come into force.

use super::Source;
use super::source::Spec;

/// How models come into force.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Whether an activation takes two persons: one proposes, another approves.
    pub four_eyes: bool,
}

impl Deployment {
    pub(super) fn read(from: &mut Source) -> Self {
        let four_eyes = Spec {
            name: "PLIMSOLL_FOUR_EYES",
            default: "off",
            meaning: "whether a second person must approve what a model's activation changes: on or off",
        };
        Self { four_eyes: from.choice(four_eyes, &[("on", true), ("off", false)], false) }
    }
}
