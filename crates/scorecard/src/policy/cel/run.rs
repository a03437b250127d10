//! Evaluation of what the compact form cannot say, by the `cel` crate.
//!
//! Variables in a checked expression are `@` and the number of an input; `@?` and the number asks whether it has a
//! value. A missing input is not declared at all, so that the crate's own rules for errors apply: `&&` and `||` absorb
//! them where the other side decides.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use cel::{
    Context, Env, IdedExpr,
    common::{
        types::{CelBool, CelDouble, CelString},
        value::CowVal,
    },
    context::VariableResolver,
};

use crate::Value;

pub(super) fn input_name(input: u32) -> String {
    format!("@{input}")
}

pub(super) fn presence_name(input: u32) -> String {
    format!("@?{input}")
}

/// The input that a name of [`input_name`] means.
pub(crate) fn place(name: &str) -> Option<u32> {
    name.strip_prefix('@')?.parse().ok()
}

/// The input that a name of [`presence_name`] means.
pub(crate) fn presence_place(name: &str) -> Option<u32> {
    name.strip_prefix("@?")?.parse().ok()
}

/// The standard library of CEL.
pub(crate) struct Interpreter(Arc<Env>);

impl std::fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interpreter")
    }
}

impl Interpreter {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Env::stdlib()))
    }

    /// Whether an expression is true of the inputs; `None` where it has no value.
    pub(crate) fn truth(&self, expression: &IdedExpr, inputs: &[Value<'_>]) -> Option<bool> {
        let resolver = Resolver(inputs);
        // The interpreter is not ours: should it ever panic, then this rule has no value, as after any other failure.
        let run = AssertUnwindSafe(|| {
            let mut context = Context::with_env(Arc::clone(&self.0));
            context.set_variable_resolver(&resolver);
            cel::Value::resolve(expression, &context)
        });
        match catch_unwind(run) {
            Ok(Ok(cel::Value::Bool(truth))) => Some(truth),
            _ => None,
        }
    }
}

struct Resolver<'a>(&'a [Value<'a>]);

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value = |input: u32| self.0.get(input as usize).copied().unwrap_or(Value::Missing);
        if let Some(input) = presence_place(variable) {
            return Some(CowVal::owned(CelBool::from(!value(input).is_missing())));
        }
        match value(place(variable)?) {
            Value::Missing => None,
            Value::Number(number) => Some(CowVal::owned(CelDouble::from(number))),
            Value::Text(text) => Some(CowVal::owned(CelString::from(text))),
            Value::Boolean(truth) => Some(CowVal::owned(CelBool::from(truth))),
        }
    }
}
