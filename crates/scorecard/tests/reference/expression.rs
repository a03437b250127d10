//! Expressions. Source: PMML 4.4.1, "Transformations" and "Built-in functions".

use scorecard::{Literal, model::*};

use super::{
    Given, Names,
    field::{given, is},
    inside,
    predicate::{and, or},
};

/// Names of the fields that an expression uses.
pub(super) fn names_of(expression: &Expression) -> Vec<String> {
    match expression {
        Expression::Constant(_) => Vec::new(),
        Expression::Field { name: field, .. }
        | Expression::NormContinuous { field, .. }
        | Expression::NormDiscrete { field, .. }
        | Expression::Discretize { field, .. } => vec![field.clone()],
        Expression::MapValues { fields, .. } => fields.clone(),
        Expression::Apply { arguments, .. } => arguments.iter().flat_map(names_of).collect(),
    }
}

/// The value; an error where there is none.
pub(super) fn value(expression: &Expression, names: &Names) -> Result<Given, ()> {
    let literal = |literal: &Option<Literal>| literal.as_ref().map_or(Given::Missing, given);
    let number = |number: &Option<f64>| number.map_or(Given::Missing, Given::Number);
    Ok(match expression {
        Expression::Constant(constant) => literal(constant),
        Expression::Field { name, map_missing_to } => match &names[name] {
            Given::Missing => literal(map_missing_to),
            found => found.clone(),
        },
        Expression::NormContinuous { field, norms, outliers, map_missing_to } => match &names[field] {
            Given::Missing => number(map_missing_to),
            Given::Number(x) => interpolated(*x, norms, *outliers),
            _ => return Err(()),
        },
        Expression::NormDiscrete { field, value, map_missing_to } => match &names[field] {
            Given::Missing => number(map_missing_to),
            found => Given::Number(if is(value, found) { 1.0 } else { 0.0 }),
        },
        Expression::Discretize { field, bins, default, map_missing_to } => match &names[field] {
            Given::Missing => literal(map_missing_to),
            Given::Number(x) => match bins.iter().find(|bin| inside(&bin.interval, *x)) {
                Some(bin) => given(&bin.value),
                None => literal(default),
            },
            _ => return Err(()),
        },
        Expression::MapValues { fields, rows, default, map_missing_to } => {
            if fields.iter().any(|field| names[field] == Given::Missing) {
                return Ok(literal(map_missing_to));
            }
            let row = rows.iter().find(|row| fields.iter().zip(row.iter()).all(|(field, key)| is(key, &names[field])));
            row.map_or_else(|| literal(default), |row| given(&row[fields.len()]))
        }
        Expression::Apply { function, arguments, map_missing_to, default, on_invalid } => {
            let needed = needed(function, arguments, names)?;
            if map_missing_to.is_some() && needed.contains(&Given::Missing) {
                return Ok(literal(map_missing_to));
            }
            let result = match call(function, &needed) {
                Err(()) if *on_invalid == InvalidTreatment::Missing => Given::Missing,
                result => result?,
            };
            if result == Given::Missing { literal(default) } else { result }
        }
    })
}

/// The arguments that are computed: of `if` the condition and its branch; of `and` and `or` up to the one that decides.
fn needed(function: &str, arguments: &[Expression], names: &Names) -> Result<Vec<Given>, ()> {
    let mut values = Vec::new();
    if function == "if" {
        let condition = value(&arguments[0], names)?;
        let branch = match condition {
            Given::Boolean(true) => arguments.get(1),
            Given::Boolean(false) => arguments.get(2),
            _ => None,
        };
        values.push(condition);
        values.extend(branch.map(|branch| value(branch, names)).transpose()?);
        return Ok(values);
    }
    for argument in arguments {
        let found = value(argument, names)?;
        let decides = matches!((function, &found), ("and", Given::Boolean(false)) | ("or", Given::Boolean(true)));
        values.push(found);
        if decides {
            break;
        }
    }
    Ok(values)
}

/// Between two points on the line through them; beyond the ends on the line through the last two, or clamped, or missing.
fn interpolated(x: f64, norms: &[LinearNorm], outliers: OutlierTreatment) -> Given {
    let (first, last) = (norms[0], norms[norms.len() - 1]);
    if x < first.orig || x > last.orig {
        match outliers {
            OutlierTreatment::Missing => return Given::Missing,
            OutlierTreatment::Clamp => return Given::Number(if x < first.orig { first.norm } else { last.norm }),
            OutlierTreatment::AsIs => {}
        }
    }
    let mut pair = (norms[0], norms[1]);
    for index in 1..norms.len() - 1 {
        if x >= norms[index].orig {
            pair = (norms[index], norms[index + 1]);
        }
    }
    let (a, b) = pair;
    Given::Number(a.norm + (x - a.orig) / (b.orig - a.orig) * (b.norm - a.norm))
}

fn call(function: &str, arguments: &[Given]) -> Result<Given, ()> {
    match function {
        "isMissing" => return Ok(Given::Boolean(arguments[0] == Given::Missing)),
        "isNotMissing" => return Ok(Given::Boolean(arguments[0] != Given::Missing)),
        "isIn" | "isNotIn" => {
            let found = arguments[0] != Given::Missing && arguments[1..].contains(&arguments[0]);
            return Ok(Given::Boolean(found == (function == "isIn")));
        }
        "if" => return Ok(arguments.get(1).cloned().unwrap_or(Given::Missing)),
        "and" | "or" => {
            let outcomes: Vec<Option<bool>> = arguments.iter().map(truth).collect::<Result<_, _>>()?;
            let outcome = if function == "and" { and(&outcomes) } else { or(&outcomes) };
            return Ok(outcome.map_or(Given::Missing, Given::Boolean));
        }
        "min" | "max" | "sum" | "avg" | "product" | "median" => return aggregate(function, arguments),
        "concat" => {
            let text = |argument: &Given| match argument {
                Given::Text(text) => text.clone(),
                _ => String::new(),
            };
            return Ok(Given::Text(arguments.iter().map(text).collect()));
        }
        _ => {}
    }
    if arguments.contains(&Given::Missing) {
        return Ok(Given::Missing);
    }
    match (function, arguments) {
        ("not", [Given::Boolean(truth)]) => Ok(Given::Boolean(!truth)),
        ("stringLength", [Given::Text(text)]) => Ok(Given::Number(text.chars().count() as f64)),
        ("uppercase", [Given::Text(text)]) => Ok(Given::Text(text.to_uppercase())),
        ("lowercase", [Given::Text(text)]) => Ok(Given::Text(text.to_lowercase())),
        ("trimBlanks", [Given::Text(text)]) => Ok(Given::Text(text.trim().into())),
        ("substring", [Given::Text(text), Given::Number(start), Given::Number(length)]) => {
            Ok(Given::Text(text.chars().skip(*start as usize - 1).take(*length as usize).collect()))
        }
        (_, [Given::Number(x)]) => finite(unary(function, *x)?),
        ("+" | "-" | "*" | "/" | "modulo" | "threshold", [Given::Number(a), Given::Number(b)]) => {
            finite(binary(function, *a, *b)?)
        }
        (_, [a, b]) => {
            let order = match (a, b) {
                (Given::Number(a), Given::Number(b)) => a.partial_cmp(b).ok_or(())?,
                (Given::Text(a), Given::Text(b)) => a.cmp(b),
                _ => return Err(()),
            };
            Ok(Given::Boolean(match function {
                "equal" => order.is_eq(),
                "notEqual" => order.is_ne(),
                "lessThan" => order.is_lt(),
                "lessOrEqual" => order.is_le(),
                "greaterThan" => order.is_gt(),
                "greaterOrEqual" => order.is_ge(),
                _ => return Err(()),
            }))
        }
        _ => Err(()),
    }
}

fn unary(function: &str, x: f64) -> Result<f64, ()> {
    Ok(match function {
        "-" => -x,
        "abs" => x.abs(),
        "floor" => x.floor(),
        "ceil" => x.ceil(),
        // Halves up.
        "round" => (x + 0.5).floor(),
        // Halves to even.
        "rint" => x.round_ties_even(),
        "sqrt" if x >= 0.0 => x.sqrt(),
        _ => return Err(()),
    })
}

fn binary(function: &str, a: f64, b: f64) -> Result<f64, ()> {
    Ok(match function {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" if b != 0.0 => a / b,
        "modulo" if b != 0.0 => a - b * (a / b).floor(),
        "threshold" => f64::from(u8::from(a > b)),
        _ => return Err(()),
    })
}

/// Over the arguments that are there; missing where none is.
fn aggregate(function: &str, arguments: &[Given]) -> Result<Given, ()> {
    let mut numbers = Vec::new();
    for argument in arguments {
        match argument {
            Given::Missing => {}
            Given::Number(number) => numbers.push(*number),
            _ => return Err(()),
        }
    }
    if numbers.is_empty() {
        return Ok(Given::Missing);
    }
    let sum = numbers.iter().fold(0.0, |sum, number| sum + number);
    finite(match function {
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "sum" => sum,
        "avg" => sum / numbers.len() as f64,
        "product" => numbers.iter().product(),
        _ => {
            numbers.sort_by(f64::total_cmp);
            let middle = numbers.len() / 2;
            if numbers.len() % 2 == 1 { numbers[middle] } else { numbers[middle - 1].midpoint(numbers[middle]) }
        }
    })
}

fn truth(value: &Given) -> Result<Option<bool>, ()> {
    match value {
        Given::Missing => Ok(None),
        Given::Boolean(truth) => Ok(Some(*truth)),
        _ => Err(()),
    }
}

fn finite(number: f64) -> Result<Given, ()> {
    if number.is_finite() { Ok(Given::Number(number)) } else { Err(()) }
}
