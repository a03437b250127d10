//! Several services brought to a revision, one after the other: planned, carried out, told of.

pub(crate) mod canary;
mod carry_out;
mod plan;
mod readiness;
mod report;
mod with_canary;

pub(crate) use carry_out::{Pace, carry_out, follow_to_end};
pub(crate) use plan::{Plan, in_progress, plan};
pub(crate) use report::{Report, ServiceReport, State};
