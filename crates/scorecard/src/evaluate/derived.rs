//! Derived fields: ordered once, computed for each application.

use std::collections::HashMap;

use super::expression::{CompiledExpression, Computed, conform};
use crate::{
    Error, Result, Scorecard, Value,
    model::{Expression, FieldType},
};

/// The derived fields in an order in which each comes after those it uses.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    fields: Vec<DerivedSlot>,
    slots: HashMap<String, usize>,
}

#[derive(Debug)]
struct DerivedSlot {
    name: String,
    field_type: FieldType,
    expression: CompiledExpression,
}

impl Derived {
    pub(crate) fn compile(scorecard: &Scorecard) -> Result<Self> {
        let order = order(scorecard)?;
        let mut slots: HashMap<String, usize> =
            scorecard.fields.iter().enumerate().map(|(index, field)| (field.name.clone(), index)).collect();
        let mut fields = Vec::with_capacity(order.len());
        for index in order {
            let Some(derived) = scorecard.derived.get(index) else { continue };
            let path = format!("derived[{}]", derived.name);
            let expression = CompiledExpression::compile(&derived.expression, &|name| slots.get(name).copied(), &path)?;
            slots.insert(derived.name.clone(), scorecard.fields.len() + fields.len());
            fields.push(DerivedSlot { name: derived.name.clone(), field_type: derived.field_type, expression });
        }
        Ok(Self { fields, slots })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Place of a field or derived field among all values.
    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        self.slots.get(name).copied()
    }

    /// Computes the derived values in order, handing each to `slots` as it comes: texts that were made on the way are
    /// kept in `texts`, which must outlive the values.
    pub(crate) fn evaluate<'a>(
        &'a self,
        mut slots: Vec<Value<'a>>,
        texts: &'a [std::cell::OnceCell<String>],
    ) -> Result<Vec<Value<'a>>> {
        for (derived, text) in self.fields.iter().zip(texts) {
            let problem = |problem| Error::NoValue { path: format!("derived[{}]", derived.name), problem };
            let computed = derived.expression.value(&slots).map_err(problem)?;
            let computed = conform(computed, derived.field_type).map_err(problem)?;
            slots.push(match computed {
                Computed::Borrowed(value) => value,
                Computed::Text(made) => Value::Text(text.get_or_init(|| made)),
            });
        }
        Ok(slots)
    }

    /// A place for the text that each derived field may make.
    pub(crate) fn new_texts(&self) -> Vec<std::cell::OnceCell<String>> {
        self.fields.iter().map(|_| std::cell::OnceCell::new()).collect()
    }
}

/// Order of evaluation, by depth-first search from each derived field in document order.
pub(crate) fn order(scorecard: &Scorecard) -> Result<Vec<usize>> {
    let by_name: HashMap<&str, usize> =
        scorecard.derived.iter().enumerate().map(|(i, d)| (d.name.as_str(), i)).collect();
    let mut uses = Vec::with_capacity(scorecard.derived.len());
    for derived in &scorecard.derived {
        let names = uses_of(&derived.expression, &format!("derived[{}]", derived.name))?;
        uses.push(names.into_iter().filter_map(|name| by_name.get(name).copied()).collect::<Vec<_>>());
    }
    let mut marks = vec![Mark::Unseen; uses.len()];
    let mut order = Vec::with_capacity(uses.len());
    for start in 0..uses.len() {
        // An explicit stack: a chain of thousands of derived fields must not exhaust the thread's own.
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 {
                match marks.get(node) {
                    Some(Mark::Unseen) => marks[node] = Mark::Open,
                    _ => continue,
                }
            }
            match uses.get(node).and_then(|uses| uses.get(next)) {
                None => {
                    marks[node] = Mark::Done;
                    order.push(node);
                }
                Some(&used) => {
                    stack.push((node, next + 1));
                    match marks.get(used) {
                        Some(Mark::Open) => return Err(cycle(scorecard, &stack, used)),
                        Some(Mark::Unseen) => stack.push((used, 0)),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(order)
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Unseen,
    Open,
    Done,
}

fn cycle(scorecard: &Scorecard, stack: &[(usize, usize)], back_to: usize) -> Error {
    let name = |index: usize| scorecard.derived.get(index).map_or("", |derived| derived.name.as_str());
    let from = stack.iter().position(|(node, _)| *node == back_to).unwrap_or(0);
    let chain: Vec<&str> = stack.iter().skip(from).map(|(node, _)| name(*node)).chain([name(back_to)]).collect();
    Error::model(
        format!("derived[{}]", name(back_to)),
        format!("computed from itself: {}; break the cycle", chain.join(" → ")),
    )
}

/// Names of the fields that an expression uses, in its order.
pub(crate) fn uses_of<'a>(expression: &'a Expression, path: &str) -> Result<Vec<&'a str>> {
    let mut names = Vec::new();
    references(expression, &mut names, path, 0)?;
    Ok(names)
}

fn references<'a>(expression: &'a Expression, names: &mut Vec<&'a str>, path: &str, depth: usize) -> Result<()> {
    super::expression::limit_depth(depth, path)?;
    match expression {
        Expression::Constant(_) => {}
        Expression::Field { name, .. } => names.push(name),
        Expression::NormContinuous { field, .. }
        | Expression::NormDiscrete { field, .. }
        | Expression::Discretize { field, .. } => names.push(field),
        Expression::MapValues { fields, .. } => names.extend(fields.iter().map(String::as_str)),
        Expression::Apply { arguments, .. } => {
            arguments.iter().try_for_each(|argument| references(argument, names, path, depth + 1))?;
        }
    }
    Ok(())
}
