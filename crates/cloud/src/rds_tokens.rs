//! Passwords for Aurora and RDS: tokens of the account's identity, for one user of one host.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html>

use store::{Password, PasswordSource};

use crate::{Account, presigned::SignIn};

/// Tokens that a database user signs in with. Each is given out for ten minutes at most, of the fifteen that it holds; the
/// connections that it opened stay.
#[derive(Debug)]
pub struct RdsTokens {
    account: Account,
    sign_in: SignIn,
}

impl RdsTokens {
    /// Tokens for a user of a host and port, as the connection names them: they are signed.
    #[must_use]
    pub fn new(account: &Account, host: &str, port: u16, user: &str) -> Self {
        Self { account: account.clone(), sign_in: rds_sign_in(host, port, user) }
    }
}

pub(crate) fn rds_sign_in(host: &str, port: u16, user: &str) -> SignIn {
    let query = vec![("Action", "connect".to_owned()), ("DBUser", user.to_owned())];
    SignIn { service: "rds-db", authority: format!("{host}:{port}"), query }
}

impl PasswordSource for RdsTokens {
    fn password(&self) -> Password<'_> {
        Box::pin(async move { self.sign_in.token(&self.account).await.map_err(|fault| fault.to_string()) })
    }
}
