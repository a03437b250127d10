//! The lake: decisions as Parquet files in a folder or a bucket, and drift read from them.
//!
//! **For:** writing what was decided where engines that count can read it, once in effect; reading it back in constant
//! memory. **May use:** an object store, Parquet, drift statistics. **Must never know:** the ledger's tables, HTTP, where
//! the process runs.
