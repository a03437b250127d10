//! The AWS side of the store's ports: sessions and items in DynamoDB, keys and signatures of KMS, settings in Secrets
//! Manager, identity tokens for Aurora and ElastiCache, buckets of S3.
//!
//! **For:** the same service on AWS, with managed parts and no stored passwords. **May use:** the store's ports, AWS.
//! **Must never know:** HTTP requests of callers, how a score is computed.
//!
//! Every call has a timeout, is tried again with jitter and within a budget, and is told to an observer; [`Account`] sees to
//! that. What a service refuses becomes a sentence that says whether permission, name, network or load is at fault:
//! [`Fault`].

mod account;
mod bucket;
mod cache_tokens;
mod calls;
mod dynamodb;
mod fault;
mod items;
mod kms;
mod presigned;
mod rds_tokens;
mod secrets;
mod sessions;

pub use account::Account;
pub use bucket::bucket;
pub use cache_tokens::{CacheSignIn, CacheTokens};
pub use calls::{Call, Observer};
pub use fault::{Fault, Trouble};
pub use items::{DynamoItems, try_items};
pub use kms::{KmsKeyring, KmsName, SignedByKms};
pub use rds_tokens::RdsTokens;
pub use secrets::{SecretStage, Secrets};
pub use sessions::DynamoSessions;
