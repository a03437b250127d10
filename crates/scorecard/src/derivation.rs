//! Derived fields by themselves: before there is a scorecard that uses them, or without one.

use crate::{
    Literal, Result, Scorecard, Value,
    evaluate::{Derived, uses_of},
    model::{DerivedField, Field},
};

/// Computes derived fields from the values of fields, as every scorecard that has them does.
#[derive(Debug)]
pub struct Derivation {
    derived: Derived,
    /// Place of each asked-for field among all values.
    places: Vec<usize>,
    fields: usize,
}

impl Derivation {
    /// Compiles derived fields; they may use the fields and one another.
    ///
    /// # Errors
    /// [`crate::Error::Model`] for an unknown field or function, or a derived field that is computed from itself.
    pub fn new(fields: &[Field], derived: &[DerivedField]) -> Result<Self> {
        let mut card = Scorecard::named("derivation");
        card.fields = fields.to_vec();
        card.derived = derived.to_vec();
        let compiled = Derived::compile(&card)?;
        let places = derived.iter().filter_map(|derived| compiled.slot(&derived.name)).collect();
        Ok(Self { derived: compiled, places, fields: fields.len() })
    }

    /// The derived values, in the order in which they were given; `None` is missing. `values` stand one a field, and are taken as
    /// they are: no field refuses or replaces any.
    ///
    /// # Errors
    /// [`crate::Error::NoValue`] where an expression fails, [`crate::Error::Model`] for another number of values.
    pub fn values(&self, values: &[Value<'_>]) -> Result<Vec<Option<Literal>>> {
        if values.len() != self.fields {
            let problem = format!("{} values given for {} fields", values.len(), self.fields);
            return Err(crate::Error::model("fields", problem));
        }
        let texts = self.derived.new_texts();
        let slots = self.derived.evaluate(values.to_vec(), &texts)?;
        let literal = |value: &Value<'_>| match value {
            Value::Missing => None,
            Value::Number(number) => Some(Literal::Number(*number)),
            Value::Text(text) => Some(Literal::Text((*text).to_owned())),
            Value::Boolean(truth) => Some(Literal::Boolean(*truth)),
        };
        Ok(self.places.iter().map(|place| slots.get(*place).and_then(literal)).collect())
    }
}

/// Names of the fields and derived fields that a derived field uses, in the order of its expression.
///
/// # Errors
/// [`crate::Error::Model`] where the expression nests too deep.
pub fn used_by(derived: &DerivedField) -> Result<Vec<&str>> {
    uses_of(&derived.expression, &format!("derived[{}]", derived.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType;

    #[test]
    fn each_value_stands_where_it_was_asked_for() {
        let derived: Vec<DerivedField> = serde_json::from_str(
            r#"[{"name": "twice", "type": "numeric", "expression": {"apply": {"function": "+", "arguments": [{"field": {"name": "half"}}, {"field": {"name": "x"}}]}}},
                {"name": "half", "type": "numeric", "expression": {"apply": {"function": "/", "arguments": [{"field": {"name": "x"}}, {"constant": 2}]}}}]"#,
        )
        .unwrap();
        let derivation = Derivation::new(&[Field::new("x", FieldType::Numeric)], &derived).unwrap();
        let of = |x| derivation.values(&[x]).unwrap();
        assert_eq!(of(Value::Number(4.0)), [Some(Literal::Number(6.0)), Some(Literal::Number(2.0))]);
        assert_eq!(of(Value::Missing), [None, None]);
        assert!(derivation.values(&[]).is_err());
        assert_eq!(used_by(&derived[0]).unwrap(), ["half", "x"]);
        assert!(Derivation::new(&[], &derived).unwrap_err().to_string().contains("`x`"));
    }
}
