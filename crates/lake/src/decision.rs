//! One row of the lake.

/// A decision, as the lake has it. What is absent is NULL: not known, not asked for, or of a person who was erased.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decision {
    /// The score's id, a UUID.
    pub id: String,
    /// When it was decided, in microseconds since 1970 UTC.
    pub time: i64,
    /// The chain of the ledger.
    pub chain: u32,
    /// Its place in the chain, from 0.
    pub sequence: u64,
    /// SHA-256 of the model, hexadecimal.
    pub model_hash: String,
    /// SHA-256 of the policy, hexadecimal.
    pub policy_hash: Option<String>,
    /// The score in millionths.
    pub score: Option<i64>,
    /// 0 to 1.
    pub probability_of_bad: Option<f64>,
    /// `approve`, `refer` or `decline`.
    pub decision: Option<String>,
    /// Keyed hash of the applicant's reference, hexadecimal.
    pub applicant_token: Option<String>,
    /// Codes of the reasons, the greatest first.
    pub reasons: Option<Vec<String>>,
    /// What matched, by characteristic in the model's order.
    pub characteristics: Option<Vec<Matched>>,
    /// The model's fields and the values that were submitted for them, as texts.
    pub inputs: Option<Vec<(String, Option<String>)>>,
}

/// What matched of one characteristic.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matched {
    /// The characteristic's name.
    pub name: String,
    /// The index of the attribute in the model.
    pub attribute: u32,
    /// Its points in millionths.
    pub points: Option<i64>,
}
