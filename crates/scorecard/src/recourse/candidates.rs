//! Values that a field could become.

use super::{nearby::between, space::Place};
use crate::{Literal, Value, model::FieldType};

/// Parts and multiples of the present number that are tried where something is computed from it.
const GRID: [f64; 10] = [0.1, 0.25, 0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2.0, 4.0];

impl Place {
    /// The values that the field could become, in directions: in each the nearest to the present value first. A category is a
    /// direction of its own.
    pub(super) fn directions(&self, present: &Value<'_>) -> Vec<Vec<Literal>> {
        let mut directions: Vec<Vec<Literal>> = match self.treatment.field().field_type {
            FieldType::Numeric | FieldType::Integer => match present {
                Value::Number(x) => self.numbers(*x),
                _ => self.representatives(f64::INFINITY).into_iter().map(|x| vec![x]).collect(),
            }
            .into_iter()
            .map(|numbers| numbers.into_iter().map(Literal::Number).collect())
            .collect(),
            FieldType::Categorical | FieldType::Boolean => {
                self.values.iter().map(|value| vec![value.clone()]).collect()
            }
            // Whoever moves a date in a form moves nothing.
            FieldType::Date | FieldType::Time | FieldType::DateTime => Vec::new(),
        };
        for direction in &mut directions {
            direction.retain(|literal| self.may_become(literal) && literal.as_value() != *present);
        }
        directions
    }

    fn may_become(&self, literal: &Literal) -> bool {
        self.treatment.takes(literal.as_value()) && !self.codes.contains(literal)
    }

    /// Below the present number, and above it.
    fn numbers(&self, x: f64) -> Vec<Vec<f64>> {
        let mut numbers = self.representatives(x);
        if self.is_computed {
            let is_whole = self.treatment.field().field_type == FieldType::Integer || x.fract() == 0.0;
            numbers.extend(GRID.iter().map(|part| if is_whole { (x * part).round() } else { x * part }));
        }
        let (mut below, mut above): (Vec<f64>, Vec<f64>) =
            numbers.into_iter().filter(|n| *n != x).partition(|n| *n < x);
        below.sort_unstable_by(|a, b| b.total_cmp(a));
        above.sort_unstable_by(f64::total_cmp);
        below.dedup();
        above.dedup();
        vec![below, above]
    }

    /// A number for each edge and each stretch between edges that the present number is not in: the nearest to it.
    fn representatives(&self, present: f64) -> Vec<f64> {
        let whole = self.treatment.field().field_type == FieldType::Integer;
        let ends = [f64::NEG_INFINITY].into_iter().chain(self.edges.iter().copied());
        let next = self.edges.iter().copied().chain([f64::INFINITY]);
        let stretches = ends.zip(next).filter(|(low, high)| !(*low < present && present < *high));
        let inside = stretches.filter_map(|(low, high)| {
            // Without a present number, the last stretch begins at its lower end.
            let present = if high == f64::INFINITY { low } else { present };
            between(low, high, present, whole)
        });
        self.edges.iter().copied().chain(inside).collect()
    }
}
