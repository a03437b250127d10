//! Where a model comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a model comes from. Informs only, but is part of what the content hash covers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When, as the maker said it (RFC 3339). This crate has no clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What made it: `plimsoll 0.1.0`, or the application named in an imported file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// `sha256:…` of the bytes of the development data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_hash: Option<String>,
    /// Rows of the development data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Seed of the split and of everything else that was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Name of the target column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The target's values that count as bad.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bad_values: Vec<String>,
    /// Headline figures by name, e.g. `test_auc`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
}

impl Provenance {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
