//! Copies of a ledger: a file of lines that covers each of its own bytes.
//!
//! ```text
//! {"format":"plimsoll-ledger","format_version":1,"origin":"…","time":"…"}
//! {"hash":"<64 digits>","entry":<body>}
//! {"hash":"<64 digits>","checkpoint":<text>}
//! {"trailer":{"header":"<64 digits>","chains":[<head>,…],"checkpoints":{"count":1,"hash":"<64 digits>"},"sha256":"<64 digits>"}}
//! ```

mod chains;
mod checkpoints;
mod digest;
mod frame;
mod issue;
mod settle;
mod stray;
mod trailer;
mod verify;
mod writer;

pub use frame::Header;
pub use issue::{Issue, IssueKind, MAX_ISSUES, Report};
pub use verify::{VerifyOptions, verify};
pub use writer::{ExportWriter, Exported};
