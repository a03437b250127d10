//! How a command that moves services begins to print, and ends.

use std::process::ExitCode;

use super::{print_json, print_lines};
use crate::{
    aws::Account,
    failure::Failure,
    notify::Listeners,
    rollout::{Report, ServiceReport},
};

/// How a command ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// Whether the report is printed for programs.
    pub(super) json: bool,
    /// Whether nothing was to be done.
    pub(super) dry_run: bool,
    /// Whether [`announce`] said before what is to change.
    pub(super) announced: bool,
}

/// Says what is to change.
pub(super) fn announce(report: &Report) {
    print_lines(report.heading());
    print_lines(report.services.iter().flat_map(ServiceReport::plan_lines));
}

/// Settles a report, tells who listens, and prints what was not printed yet.
pub(super) async fn end(
    mut report: Report,
    account: &Account,
    listeners: &Listeners,
    how: Ending,
) -> Result<ExitCode, Failure> {
    let code = report.settle();
    if !how.dry_run {
        listeners.tell(account, &report).await;
    }
    if how.json {
        print_json(&report)?;
    } else if how.dry_run {
        if !how.announced {
            announce(&report);
        }
        println!("nothing was done (--dry-run)");
    } else {
        if !how.announced {
            print_lines(report.heading());
        }
        print_lines(report.end_lines());
    }
    Ok(code)
}
