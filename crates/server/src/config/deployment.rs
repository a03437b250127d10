//! How models come into force.

use super::Source;
use super::source::Spec;

/// How models come into force.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Whether an activation takes two persons: one proposes, another approves.
    pub four_eyes: bool,
    /// Whether `/ready` says yes while no model is in force: for a load balancer that the first model must come through.
    pub ready_without_model: bool,
}

impl Deployment {
    pub(super) fn read(from: &mut Source) -> Self {
        let four_eyes = Spec {
            name: "PLIMSOLL_FOUR_EYES",
            default: "off",
            meaning: "whether a second person must approve what a model's activation changes: on or off",
        };
        let ready_without_model = Spec {
            name: "PLIMSOLL_READY_WITHOUT_MODEL",
            default: "no",
            meaning: "whether /ready says yes while no model is in force, so that a load balancer lets the first one through",
        };
        Self {
            four_eyes: from.choice(four_eyes, &[("on", true), ("off", false)], false),
            ready_without_model: from.choice(ready_without_model, &[("yes", true), ("no", false)], false),
        }
    }
}
