//! Failed logins, by account and by address: after a few, each next one must wait longer.
//!
//! An attempt counts as failed before the password is looked at, and is taken back where it was right: many at once do
//! not slip through. An account is a login as it was typed, whether there is such a user or not.

use crate::{
    Moment, Result, Store,
    database::{Session as _, values},
};

/// Failures of one account that cost nothing.
const FREE_BY_ACCOUNT: i64 = 5;
/// Failures from one address that cost nothing: many people may share one.
const FREE_BY_ADDRESS: i64 = 20;
/// The longest wait, in seconds: who locks another's account out on purpose gains no more than this.
const LONGEST: i64 = 900;
/// Microseconds after which failures are forgotten.
const FORGOTTEN: i64 = 24 * 3600 * 1_000_000;

/// Too many logins failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    /// When the next may be tried.
    pub until: Moment,
}

/// Attempts of one login, to be taken back where it succeeds.
pub(super) struct Attempt([[u8; 32]; 2]);

impl Store {
    /// Counts an attempt, or refuses it.
    pub(super) async fn begin_attempt(
        &self,
        login: &str,
        address: &str,
    ) -> Result<std::result::Result<Attempt, Locked>> {
        let account = self.keys.mark("login by account", login.as_bytes());
        let address = self.keys.mark("login by address", address.as_bytes());
        let now = Moment::now().micros();
        let mut transaction = self.database.begin().await?;
        let mut locked = None;
        for (mark, free) in [(account, FREE_BY_ACCOUNT), (address, FREE_BY_ADDRESS)] {
            let sql = "INSERT INTO login_attempts (mark, failures, latest, locked_until) VALUES ($1, 1, $2, 0) \
                       ON CONFLICT (mark) DO UPDATE SET latest = $2, failures = \
                       CASE WHEN login_attempts.latest < $3 THEN 1 ELSE login_attempts.failures + 1 END \
                       WHERE login_attempts.locked_until <= $2 RETURNING failures";
            let row = transaction.fetch_optional("counting a login", sql, values![mark, now, now - FORGOTTEN]).await?;
            match row {
                Some(row) => {
                    let until = now.saturating_add(wait(row.get(0)?, free) * 1_000_000);
                    let sql = "UPDATE login_attempts SET locked_until = $2 WHERE mark = $1";
                    transaction.execute("counting a login", sql, values![mark, until]).await?;
                }
                None => {
                    let sql = "SELECT locked_until FROM login_attempts WHERE mark = $1";
                    let row = transaction.fetch_one("reading a lock", sql, values![mark]).await?;
                    locked = locked.max(Some(row.get::<i64>(0)?));
                }
            }
        }
        if let Some(until) = locked {
            // Dropped, so rolled back: an attempt that was refused counts for nothing.
            return Ok(Err(Locked { until: Moment::from_micros(until) }));
        }
        let sql = "DELETE FROM login_attempts WHERE latest < $1";
        transaction.execute("forgetting logins", sql, values![now - FORGOTTEN]).await?;
        transaction.commit("counting a login").await?;
        Ok(Ok(Attempt([account, address])))
    }

    /// Takes an attempt back that was right: the account begins anew, the address has one failure less.
    pub(super) async fn forgive(&self, attempt: Attempt) -> Result<()> {
        let [account, address] = attempt.0;
        let mut transaction = self.database.begin().await?;
        let sql = "DELETE FROM login_attempts WHERE mark = $1";
        transaction.execute("forgetting failed logins", sql, values![account]).await?;
        let sql =
            "UPDATE login_attempts SET failures = failures - 1, locked_until = 0 WHERE mark = $1 AND failures > 0";
        transaction.execute("forgetting failed logins", sql, values![address]).await?;
        transaction.commit("forgetting failed logins").await
    }
}

/// Seconds to wait after so many failures: 1, 2, 4, … beyond the free ones.
fn wait(failures: i64, free: i64) -> i64 {
    match failures.saturating_sub(free) {
        ..=0 => 0,
        beyond @ 1..=10 => (1 << (beyond - 1)).min(LONGEST),
        _ => LONGEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        let waits: Vec<i64> = (1..=12).map(|failures| wait(failures, 5)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(wait(16, 5), LONGEST);
        assert_eq!(wait(i64::MAX, 5), LONGEST);
    }
}
