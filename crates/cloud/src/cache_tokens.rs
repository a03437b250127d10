//! Passwords for ElastiCache: tokens of the account's identity, for one user of one cache.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>

use store::{Password, PasswordSource};

use crate::{Account, presigned::SignIn};

/// Whom to sign in as, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheSignIn {
    /// The cache's own name (of the replication group or the serverless cache), not the host's.
    pub cache: String,
    /// Whether it is a serverless cache.
    pub is_serverless: bool,
    /// The user, whose name and id are the same with IAM.
    pub user: String,
}

/// Tokens that a user of a cache signs in with. Each is given out for ten minutes at most, of the fifteen that it holds; a
/// connection that it opened lasts twelve hours, and from each further sign-in twelve more.
#[derive(Debug)]
pub struct CacheTokens {
    account: Account,
    sign_in: SignIn,
}

impl CacheTokens {
    /// Tokens for a user of a cache.
    #[must_use]
    pub fn new(account: &Account, to: &CacheSignIn) -> Self {
        Self { account: account.clone(), sign_in: to.sign_in() }
    }
}

impl CacheSignIn {
    pub(crate) fn sign_in(&self) -> SignIn {
        let mut query = vec![("Action", "connect".to_owned()), ("User", self.user.clone())];
        if self.is_serverless {
            query.push(("ResourceType", "ServerlessCache".to_owned()));
        }
        // AWS keeps the names of caches in lower case.
        SignIn { service: "elasticache", authority: self.cache.to_ascii_lowercase(), query }
    }
}

impl PasswordSource for CacheTokens {
    fn password(&self) -> Password<'_> {
        Box::pin(async move { self.sign_in.token(&self.account).await.map_err(|fault| fault.to_string()) })
    }
}
