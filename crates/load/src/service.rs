//! The service's own program, started and ended as a test wants it.
