//! The scorecard as a document: what a person reads, a reviewer compares and a hash identifies.

mod characteristic;
mod check;
mod expression;
mod field;
mod interval;
mod output;
mod output_field;
mod population;
mod predicate;
mod provenance;
mod reasons;
mod scaling;

pub use characteristic::{
    Attribute, AttributeStatistics, Baselines, Characteristic, CharacteristicStatistics, Condition, Reason,
};
pub use expression::{DerivedField, DiscretizeBin, Expression, InvalidTreatment, LinearNorm, OutlierTreatment};
pub use field::{Field, FieldType, OnInvalid, Outliers};
pub use interval::{Closure, Interval};
pub use output::{Cast, OutputRule};
pub use output_field::{OutputField, OutputSource};
pub use population::{Population, ScoreBand};
pub use predicate::{Operator, Predicate};
pub use provenance::Provenance;
pub use reasons::{BaselineMethod, Direction, ReasonMode, Reasons};
pub use scaling::Scaling;
pub(crate) use scaling::probability_of_bad;

use serde::{Deserialize, Serialize};

use crate::Points;

/// A versioned credit-scoring model: score = initial score + the points of one attribute a characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Always `plimsoll-scorecard`.
    pub format: FormatName,
    /// Version of the document format, [`crate::FORMAT_VERSION`].
    pub format_version: u32,
    /// Short name, e.g. `german-credit`.
    pub name: String,
    /// What the model is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The inputs, in the order in which an evaluator takes them.
    pub fields: Vec<Field>,
    /// Values computed from fields before any characteristic is looked at; each may use those declared anywhere, without cycles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedField>,
    /// Points that every applicant starts with.
    #[serde(default)]
    pub initial_score: Points,
    /// How a score turns into odds; without it odds and PD are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Whether attributes may overlap or leave gaps.
    #[serde(default, skip_serializing_if = "Matching::is_default")]
    pub matching: Matching,
    /// How reasons are drawn.
    #[serde(default)]
    pub reasons: Reasons,
    /// The characteristics, in document order; ties between reasons go to the earlier one.
    pub characteristics: Vec<Characteristic>,
    /// What is done to the sum of points before it is the score (imported models only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputRule>,
    /// What scoring gives beside the score, under names of the model's own (imported models).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub output_fields: Vec<OutputField>,
    /// The score distribution of the population that the model was fitted on, for PSI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<Population>,
    /// Where the model comes from.
    #[serde(default, skip_serializing_if = "Provenance::is_empty")]
    pub provenance: Provenance,
}

/// The constant `plimsoll-scorecard` that opens every document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FormatName {
    /// The only name.
    #[default]
    #[serde(rename = "plimsoll-scorecard")]
    PlimsollScorecard,
}

/// Whether the attributes of a characteristic may overlap or leave gaps. In either case the first that is true wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Intervals and sets must not overlap, and must leave no gap within what the field allows: a slip of the pen is found.
    #[default]
    Disjoint,
    /// Document order decides, and a value that no attribute takes is an error at evaluation: imported models.
    FirstMatch,
}

impl Matching {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Scorecard {
    /// An empty scorecard of the current format version.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            format: FormatName::PlimsollScorecard,
            format_version: crate::FORMAT_VERSION,
            name: name.into(),
            description: String::new(),
            fields: Vec::new(),
            derived: Vec::new(),
            initial_score: Points::ZERO,
            scaling: None,
            matching: Matching::default(),
            reasons: Reasons::default(),
            characteristics: Vec::new(),
            output: None,
            output_fields: Vec::new(),
            population: None,
            provenance: Provenance::default(),
        }
    }

    /// Index of the field of this name.
    #[must_use]
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// The type of the field or derived field of this name.
    #[must_use]
    pub fn field_type(&self, name: &str) -> Option<FieldType> {
        let field = self.fields.iter().find(|field| field.name == name).map(|field| field.field_type);
        let derived = || self.derived.iter().find(|derived| derived.name == name).map(|derived| derived.field_type);
        field.or_else(derived)
    }

    /// The lowest and the highest sum of points; `None` where points are computed, or a sum has more digits than points hold.
    #[must_use]
    pub fn sum_range(&self) -> Option<[Points; 2]> {
        let mut range = [self.initial_score; 2];
        for characteristic in &self.characteristics {
            if characteristic.attributes.iter().any(|attribute| attribute.points_expression.is_some()) {
                return None;
            }
            let points = || characteristic.attributes.iter().map(|attribute| attribute.points);
            range = [range[0].checked_add(points().min()?)?, range[1].checked_add(points().max()?)?];
        }
        Some(range)
    }

    /// Which way the score runs: by the sign of the PDO, else by which points are adverse.
    #[must_use]
    pub fn higher_is_better(&self) -> bool {
        match self.scaling {
            Some(scaling) => scaling.pdo > 0.0,
            None => self.reasons.direction == Direction::PointsBelow,
        }
    }

    /// Identifies this version of the model: `sha256:` and the SHA-256, in hexadecimal, of its compact JSON.
    #[must_use]
    pub fn content_hash(&self) -> String {
        crate::format::content_hash(self)
    }

    /// Checks that the parts agree: names, references, cycles, intervals without overlap or gap, limits.
    ///
    /// # Errors
    /// [`crate::Error::Model`] with the path of the first part at fault.
    pub fn check(&self) -> crate::Result<()> {
        check::check(self)
    }
}
