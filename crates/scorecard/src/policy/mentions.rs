//! Which fields the rules look at, and what they compare them with.

use std::collections::BTreeMap;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use super::{Policy, cel::parse};

/// How the rules look at one field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mention {
    /// The numbers that it is compared with by itself.
    pub(crate) numbers: Vec<f64>,
    /// The texts that it is compared with by itself.
    pub(crate) texts: Vec<String>,
    /// Whether a rule looks at it in any other way: in a computation, beside another field, as part of a text.
    pub(crate) otherwise: bool,
}

/// By name, the fields and derived fields that rules look at which take part. `is_field` knows their names.
pub(crate) fn mentions(policy: &Policy, is_field: &dyn Fn(&str) -> bool) -> BTreeMap<String, Mention> {
    let mut found = Mentions { is_field, by_name: BTreeMap::new() };
    for rule in policy.rules.iter().filter(|rule| rule.enabled) {
        // A policy that was compiled has no rule that does not parse.
        if let Ok(expression) = parse(&rule.when) {
            found.walk(&expression);
        }
    }
    found.by_name
}

struct Mentions<'f> {
    is_field: &'f dyn Fn(&str) -> bool,
    by_name: BTreeMap<String, Mention>,
}

impl Mentions<'_> {
    fn walk(&mut self, expression: &IdedExpr) {
        if let Some(name) = self.field(expression) {
            self.of(name).otherwise = true;
            return;
        }
        match &expression.expr {
            Expr::Call(call) if self.compared(call) => {}
            Expr::Call(call) => {
                call.target.iter().map(AsRef::as_ref).chain(&call.args).for_each(|part| self.walk(part))
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.walk(element)),
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.walk(&entry.key);
                        self.walk(&entry.value);
                    }
                }
            }
            Expr::Comprehension(of) => {
                [&of.iter_range, &of.accu_init, &of.loop_cond, &of.loop_step, &of.result]
                    .into_iter()
                    .for_each(|part| self.walk(part));
            }
            // Whether there is a value at all: no value is as good as any other.
            Expr::Select(_) | Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
        }
    }

    /// Takes a comparison of a field with constants; whether it was one.
    fn compared(&mut self, call: &CallExpr) -> bool {
        const COMPARISONS: [&str; 6] = [
            operators::EQUALS,
            operators::NOT_EQUALS,
            operators::LESS,
            operators::LESS_EQUALS,
            operators::GREATER,
            operators::GREATER_EQUALS,
        ];
        let [left, right] = call.args.as_slice() else { return false };
        let name = call.func_name.as_str();
        let (field, constants) = match (self.field(left), self.field(right)) {
            (Some(field), None) if COMPARISONS.contains(&name) => (field, constant(right).map(|one| vec![one])),
            (None, Some(field)) if COMPARISONS.contains(&name) => (field, constant(left).map(|one| vec![one])),
            (Some(field), None) if name == operators::IN => match &right.expr {
                Expr::List(list) => (field, list.elements.iter().map(constant).collect()),
                _ => return false,
            },
            _ => return false,
        };
        let Some(constants) = constants else { return false };
        let mention = self.of(field);
        for constant in constants {
            match constant {
                Constant::Number(number) => mention.numbers.push(number),
                Constant::Text(text) => mention.texts.push(text),
                Constant::Other => {}
            }
        }
        true
    }

    fn of(&mut self, name: String) -> &mut Mention {
        self.by_name.entry(name).or_default()
    }

    /// The field that an expression names: `age`, `application.age`, `application["age"]`.
    fn field(&self, expression: &IdedExpr) -> Option<String> {
        let name = match &expression.expr {
            Expr::Ident(name) if !super::inputs::RESERVED.contains(&name.as_str()) => name.as_str(),
            Expr::Select(select) if !select.test && is_application(&select.operand) => select.field.as_str(),
            Expr::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
                [of, IdedExpr { expr: Expr::Literal(LiteralValue::String(name)), .. }] if is_application(of) => {
                    name.inner()
                }
                _ => return None,
            },
            _ => return None,
        };
        (self.is_field)(name).then(|| name.to_owned())
    }
}

fn is_application(expression: &IdedExpr) -> bool {
    matches!(&expression.expr, Expr::Ident(name) if name == "application")
}

enum Constant {
    Number(f64),
    Text(String),
    Other,
}

fn constant(expression: &IdedExpr) -> Option<Constant> {
    match &expression.expr {
        Expr::Literal(LiteralValue::Int(number)) => Some(Constant::Number(*number.inner() as f64)),
        Expr::Literal(LiteralValue::Double(number)) => Some(Constant::Number(*number.inner())),
        Expr::Literal(LiteralValue::String(text)) => Some(Constant::Text(text.inner().to_owned())),
        Expr::Literal(_) => Some(Constant::Other),
        Expr::Call(call) if call.func_name == operators::NEGATE => match call.args.as_slice() {
            [of] => match constant(of)? {
                Constant::Number(number) => Some(Constant::Number(-number)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Decision;

    #[test]
    fn comparisons_with_constants_are_told_from_computations() {
        let mut policy = Policy::named("p", Decision::Approve);
        policy.rules = serde_json::from_str(
            r#"[{"id": "a", "effect": "refer", "reason": {"code": "A"},
                 "when": "age < 21 || application.age > 80.5 || -3 == application[\"age\"] && kind in [\"x\", \"y\"]"},
                {"id": "b", "effect": "refer", "reason": {"code": "B"},
                 "when": "amount / term > 700 && has(application.kind) && score > 3"},
                {"id": "c", "effect": "refer", "reason": {"code": "C"}, "when": "[1.0].exists(x, x > term)"},
                {"id": "d", "effect": "refer", "reason": {"code": "D"}, "when": "other > 1", "enabled": false}]"#,
        )
        .unwrap();
        let found = mentions(&policy, &|name| ["age", "kind", "amount", "term", "score", "other"].contains(&name));
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(names, ["age", "amount", "kind", "term"]);
        assert_eq!(found["age"], Mention { numbers: vec![21.0, 80.5, -3.0], ..Mention::default() });
        assert_eq!(found["kind"], Mention { texts: vec!["x".into(), "y".into()], ..Mention::default() });
        assert!(found["amount"].otherwise && found["term"].otherwise);
    }
}
