//! Files of applications in, scored files out.
//!
//! **For:** streaming CSV, NDJSON and Parquet through an evaluator on all cores in constant memory; bad rows go to a
//! side file with their line numbers.
//! **May use:** `scorecard`, threads, readers and writers.
//! **Must never know:** how a scorecard is fitted, the store, the service, the terminal.
