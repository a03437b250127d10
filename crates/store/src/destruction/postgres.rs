//! PostgreSQL: `VACUUM FULL` writes the table and its indexes to new files and removes the old ones.
//!
//! Rows that were deleted are carried over as long as a transaction is open that may still see them. So first a
//! transaction number is drawn, and nothing is done until no transaction looks at a state before it.

use std::time::Duration;

use super::{Outcome, mark, note};
use crate::{
    Result,
    database::{Connection, Database, Session, values},
};

/// One instance at a time; a number of our own.
const LOCK: i64 = 0x706c_696d_0001;
/// How often to look whether others have finished, and how long to wait in between.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Locks of the table wait behind ours: it must not wait long. Writing a large table may take a while.
const BOUNDS: &str =
    "SELECT set_config('lock_timeout', '1000', false), set_config('statement_timeout', '900000', false)";
/// The same bound, for whoever waits here.
const LONG: Duration = Duration::from_secs(910);
/// Transactions that may see a state before the given one. Those of other roles can be seen with `pg_read_all_stats`.
const WITH_AN_OLDER_VIEW: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND pid <> pg_backend_pid() AND age(backend_xmin) > age(CAST($1 AS xid))";

pub(super) async fn attempt(database: &Database) -> Result<Outcome> {
    let mut connection = database.write().await?;
    let sql = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END";
    if connection.fetch_one("locking", sql, values![LOCK]).await?.get::<i32>(0)? == 0 {
        return Ok(Outcome::Busy);
    }
    let outcome = locked(&mut connection).await;
    connection.execute("resetting a bound", "RESET lock_timeout", vec![]).await?;
    connection.execute("resetting a bound", "RESET statement_timeout", vec![]).await?;
    connection.fetch("unlocking", "SELECT 1 FROM pg_advisory_unlock($1)", values![LOCK]).await?;
    outcome
}

async fn locked(connection: &mut Connection) -> Result<Outcome> {
    let mark = mark(connection).await?;
    let drawn = "SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)";
    let number: String = connection.fetch_one("drawing a transaction number", drawn, vec![]).await?.get(0)?;
    let mut looks = 0;
    while connection
        .fetch_one("looking for older transactions", WITH_AN_OLDER_VIEW, values![number.as_str()])
        .await?
        .count(0)?
        > 0
    {
        looks += 1;
        if looks >= LOOKS {
            return Ok(Outcome::Busy);
        }
        tokio::time::sleep(PAUSE).await;
    }
    connection.fetch("setting bounds", BOUNDS, vec![]).await?;
    connection.wait_up_to(LONG);
    connection.execute("writing applicants anew", "VACUUM (FULL) applicants", vec![]).await?;
    note(connection, mark).await?;
    Ok(Outcome::Done)
}
