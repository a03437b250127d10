//! What must last: the ledger, models, keys, users, sessions, items.
//!
//! **For:** recording what is decided and changed, durably, sealed and in a chain that proves itself; finding it again.
//! **May use:** a database (SQLite or PostgreSQL), cryptography, the scorecard's documents. **Must never know:** HTTP, how
//! a score is computed, where the process runs.

mod access;
mod applicants;
mod audit;
mod batches;
mod beside_scores;
mod checkpoints;
mod database;
mod destruction;
mod entries;
mod error;
mod flags;
mod followers;
mod housekeeping;
mod items;
mod lake;
pub mod ledger;
mod ledger_reader;
mod moment;
pub mod monitoring;
mod numbered;
mod once;
mod position;
pub mod registry;
mod retention;
mod scores;
mod sealing;
mod service_keys;
mod store;
mod text;
mod trainings;
mod verification;
pub mod webhooks;
mod writer;

pub use access::{
    Actor, ApiKey, ApiKeySecret, Locked, Login, LoginOutcome, NewApiKey, NewUser, Role, SecretState, Session,
    SessionToken, Sessions, SqlSessions, User, UserChange, VerifiedKey,
};
pub use applicants::{Applicant, Erasure, ErasureReason, ExportPage};
pub use audit::{Audit, Audited, Finding, MAX_FINDINGS, erasures_in};
pub use batches::{Batch, BatchState, Chunk};
pub use beside_scores::{Beside, BesideScore};
pub use database::{
    DatabaseCall, DatabaseObserver, DatabaseOptions, Face, Password, PasswordSource, PoolUse, PostgresOptions,
    PostgresServer, ReaderOptions, SqliteOptions,
};
pub use error::{Conflict, Error, Result};
pub use flags::{Flag, FlagState};
pub use followers::{Effects, FollowerLease};
pub use housekeeping::{IDEMPOTENCY_KEPT, Turn};
pub use items::{Eligibility, Item, ItemChange, ItemContent, Items, MAX_ITEMS, Repeat, check_category};
pub use lake::{LakeFile, LakeState};
pub use ledger_reader::{Cursors, Opened};
pub use moment::Moment;
pub use once::MadeElsewhere;
pub use position::Position;
pub use retention::Retired;
pub use scores::{DECISIONS, Repeated, ScoreFilter, StoredScore};
pub use sealing::{Answer, FileKeyring, KeyUse, Keyring, Purpose, Successor, try_keyring};
pub use service_keys::{KeyLimits, Rewrap, ServiceKey};
pub use store::{Store, StoreOptions};
pub use trainings::{Training, TrainingState};
pub use verification::Checked;
pub use writer::{Change, Commit, Idempotency, NewEntry, Personal, Recorded, ScoreIndex, Whose, WriterOptions};
