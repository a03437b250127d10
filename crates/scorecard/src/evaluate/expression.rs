//! Derived fields and expressions.
