//! Real parts for tests: a PostgreSQL cluster, a Redis server, an AWS of one's own, gone with the test.
//!
//! **For:** tests that need a server, or the commands that workflows run. **May use:** the machine's programs, installed by `cargo xtask setup`. **Must never
//! know:** the product. Where a part is missing it panics and says so: a test that cannot find its part fails.
#![allow(clippy::expect_used, clippy::panic)] // tests stand on this crate: they fail where it does

mod account;
mod moto;
mod postgres;
mod process;
mod proxy;
mod redis;
mod redis_cluster;
mod redis_tls;
mod standby;
mod workflows;

pub use moto::Moto;
pub use postgres::Postgres;
pub use proxy::{Proxy, Way};
pub use redis::Redis;
pub use redis_cluster::RedisCluster;
pub use redis_tls::RedisTls;
pub use workflows::workflow_commands;

/// A port of the loopback interface that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
