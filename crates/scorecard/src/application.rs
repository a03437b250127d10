//! Applications: JSON in, validated values out.

/// Reads an application.
#[derive(Debug)]
pub struct ApplicationReader;
