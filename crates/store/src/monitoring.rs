//! What monitoring counts.
