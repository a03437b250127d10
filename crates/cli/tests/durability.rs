//! What was acknowledged lasts, whatever ends the service or takes its disk, its database or its Redis away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "durability/balancer.rs"]
mod balancer;
#[path = "durability/disk_full.rs"]
mod disk_full;
#[path = "lake/exported.rs"]
mod exported;
#[path = "durability/failover.rs"]
mod failover;
#[path = "durability/fleet.rs"]
mod fleet;
mod instance;
#[path = "durability/killed.rs"]
mod killed;
#[path = "durability/lake_killed.rs"]
mod lake_killed;
#[path = "durability/postgres_away.rs"]
mod postgres_away;
#[path = "durability/redis_away.rs"]
mod redis_away;
#[path = "durability/rolled.rs"]
mod rolled;
#[path = "durability/rules.rs"]
mod rules;
#[path = "durability/shut_down.rs"]
mod shut_down;
#[path = "durability/soak.rs"]
mod soak;
#[path = "durability/trial.rs"]
mod trial;
