//! What was acknowledged lasts, whatever ends the service or takes its disk, its database or its Redis away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "durability/disk_full.rs"]
mod disk_full;
#[path = "lake/exported.rs"]
mod exported;
#[path = "durability/failover.rs"]
mod failover;
mod instance;
#[path = "durability/killed.rs"]
mod killed;
#[path = "durability/lake_killed.rs"]
mod lake_killed;
#[path = "durability/postgres_away.rs"]
mod postgres_away;
#[path = "durability/redis_away.rs"]
mod redis_away;
#[path = "durability/shut_down.rs"]
mod shut_down;
#[path = "durability/soak.rs"]
mod soak;
#[path = "durability/trial.rs"]
mod trial;
