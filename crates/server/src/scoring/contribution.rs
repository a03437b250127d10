//! What each characteristic brought to a score, beside what it is compared with: the steps of a waterfall.

use scorecard::Points;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::answer::ExactNumber;
use super::{Detail, Engine};

/// What a characteristic brought.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contribution<'e> {
    /// The characteristic.
    pub characteristic: &'e str,
    /// What people call it.
    pub label: &'e str,
    /// The field or derived field that its attributes test.
    pub field: &'e str,
    /// The attribute that matched, in words.
    pub attribute: &'e str,
    /// Its points.
    #[schema(value_type = ExactNumber)]
    pub points: &'e RawValue,
    /// The points that they are compared with; null where the model has none.
    #[schema(value_type = Option<ExactNumber>)]
    pub baseline: Option<Points>,
    /// How far they lie on the adverse side of the baseline; negative where better; null without one.
    #[schema(value_type = Option<ExactNumber>)]
    pub lost: Option<&'e RawValue>,
}

impl<'e> Contribution<'e> {
    /// Of each characteristic, in the model's order.
    pub(crate) fn all(detail: &'e Detail<'e>, engine: &'e Engine) -> Vec<Self> {
        let card = engine.scorecard();
        let named = card.characteristics.iter().zip(&engine.attributes).zip(&detail.attributes);
        let contribution = named.filter_map(|((characteristic, names), (attribute, points, lost))| {
            let field = card.fields.iter().find(|field| field.name == characteristic.field);
            let label = characteristic.label.as_deref().or_else(|| field.and_then(|field| field.label.as_deref()));
            Some(Self {
                characteristic: &characteristic.name,
                label: label.unwrap_or(&characteristic.name),
                field: &characteristic.field,
                attribute: names.get(usize::try_from(*attribute).ok()?)?,
                points,
                baseline: characteristic.baselines.get(card.reasons.method),
                lost: lost.as_deref(),
            })
        });
        contribution.collect()
    }

    /// Its points as a double, for plots.
    pub(crate) fn points_as_number(&self) -> f64 {
        number(self.points)
    }
}

/// An exact number as a double, for plots.
pub(crate) fn number(exact: &RawValue) -> f64 {
    serde_json::from_str::<Points>(exact.get()).map_or(f64::NAN, Points::to_f64)
}
