//! The built-in functions of PMML that SQL says exactly; whatever else is refused by name.

use super::{
    condition::sign,
    expression::{Computed, Operand, any_of, number_of_truth},
    scope::{Kind, Scope, chain},
    syntax::Syntax,
};
use crate::{Error, Result, model::Operator};

/// Where the next arguments are computed only if the ones before have not decided.
fn deciding(function: &str) -> Option<&'static str> {
    match function {
        "and" => Some("FALSE"),
        "or" => Some("TRUE"),
        _ => None,
    }
}

/// Applies a function to operands. Missing arguments give a missing result, unless the function says otherwise.
pub(super) fn apply(scope: &Scope, function: &str, operands: &[Operand], path: &str) -> Result<Computed> {
    let call = Call { scope, function, operands, path };
    let computed = match function {
        "+" | "-" | "*" | "/" | "modulo" | "threshold" => call.arithmetic()?,
        "sum" | "product" | "avg" | "min" | "max" => call.aggregate()?,
        "abs" | "sqrt" | "floor" | "ceil" | "round" | "rint" => call.exact()?,
        "ln" | "log10" | "exp" | "pow" => call.inexact()?,
        "equal" => call.comparison(Operator::Equal)?,
        "notEqual" => call.comparison(Operator::NotEqual)?,
        "lessThan" => call.comparison(Operator::LessThan)?,
        "lessOrEqual" => call.comparison(Operator::LessOrEqual)?,
        "greaterThan" => call.comparison(Operator::GreaterThan)?,
        "greaterOrEqual" => call.comparison(Operator::GreaterOrEqual)?,
        "isMissing" | "isNotValid" => call.boolean(format!("{} IS NULL", call.at(0)?.sql), false),
        "isNotMissing" | "isValid" => call.boolean(format!("{} IS NOT NULL", call.at(0)?.sql), false),
        "isIn" | "isNotIn" => call.membership()?,
        "and" | "or" => call.junction()?,
        "not" => call.boolean(format!("NOT {}", call.truth(0)?), true),
        "if" => return call.choice(),
        "stringLength" => call.of(Kind::Number, call.cast_double(&scope.syntax.length(&call.text(0)?))),
        "substring" => call.substring()?,
        "concat" => call.concat()?,
        _ => return Err(call.refuse(
            "not a function that SQL computes exactly as the service does; compute its result into a column of the table beforehand",
        )),
    };
    Ok(computed)
}

/// A condition, true where one of the arguments that are computed is missing.
pub(super) fn missing_argument(function: &str, operands: &[Operand]) -> String {
    let is_null = |operand: &Operand| format!("{} IS NULL", operand.sql);
    if let Some(decided) = deciding(function) {
        // Up to the argument that decides.
        let mut condition = String::from("FALSE");
        for operand in operands.iter().rev() {
            let undecided = if decided == "TRUE" { format!("NOT {}", operand.sql) } else { operand.sql.clone() };
            condition = format!("({} OR ({undecided} AND {condition}))", is_null(operand));
        }
        return condition;
    }
    if let ("if", [condition, branches @ ..]) = (function, operands) {
        let branch = |index: usize| branches.get(index).map_or_else(|| "FALSE".into(), is_null);
        return format!(
            "CASE WHEN {c} THEN {} WHEN NOT {c} THEN {} ELSE TRUE END",
            branch(0),
            branch(1),
            c = condition.sql
        );
    }
    operands.iter().map(is_null).collect::<Vec<_>>().join(" OR ")
}

/// A value that is NULL where it would not be finite.
pub(super) fn where_finite(syntax: Syntax, value: &str) -> String {
    if syntax.results_are_finite() {
        return value.to_owned();
    }
    format!("CASE WHEN {} THEN {value} END", syntax.is_finite(&format!("({value})")))
}

struct Call<'a> {
    scope: &'a Scope,
    function: &'a str,
    operands: &'a [Operand],
    path: &'a str,
}

impl Call<'_> {
    fn refuse(&self, problem: &str) -> Error {
        self.scope.refuse(self.path, format!("`{}`: {problem}", self.function))
    }

    fn at(&self, index: usize) -> Result<&Operand> {
        self.operands.get(index).ok_or_else(|| self.refuse("an argument is lacking"))
    }

    fn wrong_kind(&self, found: Kind, wanted: Kind) -> Error {
        self.refuse(&format!("{} where {} is expected", found.words(), wanted.words()))
    }

    /// An argument as a number; a truth value counts as 1 or 0.
    fn number(&self, index: usize) -> Result<String> {
        let operand = self.at(index)?;
        match operand.kind {
            None => Ok(Kind::Number.null(self.scope.syntax)),
            Some(Kind::Number) => Ok(operand.sql.clone()),
            Some(Kind::Boolean) => Ok(number_of_truth(self.scope, &operand.sql)),
            Some(other) => Err(self.wrong_kind(other, Kind::Number)),
        }
    }

    fn text(&self, index: usize) -> Result<String> {
        self.of_kind(index, Kind::Text)
    }

    fn truth(&self, index: usize) -> Result<String> {
        self.of_kind(index, Kind::Boolean)
    }

    fn of_kind(&self, index: usize, kind: Kind) -> Result<String> {
        let operand = self.at(index)?;
        match operand.kind {
            None => Ok(kind.null(self.scope.syntax)),
            Some(found) if found == kind => Ok(operand.sql.clone()),
            Some(other) => Err(self.wrong_kind(other, kind)),
        }
    }

    fn cast_double(&self, value: &str) -> String {
        self.scope.syntax.cast(value, self.scope.syntax.double_type())
    }

    fn of(&self, kind: Kind, sql: String) -> Computed {
        Computed {
            sql,
            kind: Some(kind),
            level: self.operands.iter().map(|operand| operand.level).max().unwrap_or(0),
            fails: any_of(self.operands.iter().filter_map(|operand| operand.fails.clone())),
            optional: self.operands.iter().any(|operand| operand.optional),
            null_fails_where: None,
        }
    }

    fn boolean(&self, sql: String, optional: bool) -> Computed {
        Computed { optional, ..self.of(Kind::Boolean, sql) }
    }

    /// A number that may be impossible: no argument is missing, and yet there is none.
    fn fallible(&self, sql: String) -> Computed {
        let present: Vec<String> =
            self.operands.iter().filter(|o| o.optional).map(|o| format!("{} IS NOT NULL", o.sql)).collect();
        let optional = true;
        Computed { optional, null_fails_where: Some(present.join(" AND ")), ..self.of(Kind::Number, sql) }
    }

    fn arithmetic(&self) -> Result<Computed> {
        let syntax = self.scope.syntax;
        let a = self.number(0)?;
        if self.operands.len() == 1 {
            let negative = format!("-({a})");
            return Ok(self.of(Kind::Number, if self.function == "-" { negative } else { a }));
        }
        let b = self.number(1)?;
        // An operator binds a CASE and a column alike.
        let divisor = format!("NULLIF({b}, {})", syntax.double(0.0));
        Ok(match self.function {
            "+" => self.fallible(where_finite(syntax, &syntax.add(&a, &b))),
            "-" => self.fallible(where_finite(syntax, &syntax.subtract(&a, &b))),
            "*" => self.fallible(where_finite(syntax, &syntax.multiply(&a, &b))),
            "/" => self.fallible(where_finite(syntax, &syntax.divide(&a, &divisor))),
            "modulo" => {
                let quotient = syntax.floor(&format!("({})", syntax.divide(&a, &divisor)));
                let product = syntax.multiply(&b, &format!("({quotient})"));
                self.fallible(where_finite(syntax, &syntax.subtract(&a, &format!("({product})"))))
            }
            _ => {
                let (one, zero) = (syntax.double(1.0), syntax.double(0.0));
                self.of(Kind::Number, format!("CASE WHEN {a} > {b} THEN {one} WHEN {a} <= {b} THEN {zero} END"))
            }
        })
    }

    /// Over the arguments that are there, in order.
    fn aggregate(&self) -> Result<Computed> {
        let syntax = self.scope.syntax;
        let numbers = (0..self.operands.len()).map(|index| self.number(index)).collect::<Result<Vec<_>>>()?;
        let or = |instead: f64| -> Vec<String> {
            let instead = syntax.double(instead);
            numbers.iter().map(|number| format!("COALESCE({number}, {instead})")).collect()
        };
        let sum = || {
            let mut values = or(0.0).into_iter();
            let first = values.next().unwrap_or_default();
            values.fold(first, |sum, value| syntax.add(&sum, &value))
        };
        if numbers.len() > 100 {
            return Err(self.refuse("more than 100 arguments"));
        }
        let value = match self.function {
            "sum" => sum(),
            "product" => {
                let mut values = or(1.0).into_iter();
                let first = values.next().unwrap_or_default();
                values.fold(first, |product, value| syntax.multiply(&product, &value))
            }
            "avg" => {
                let present: Vec<String> =
                    numbers.iter().map(|number| format!("CASE WHEN {number} IS NULL THEN 0 ELSE 1 END")).collect();
                let count = syntax.cast(&format!("({})", present.join(" + ")), syntax.double_type());
                // The rows without a value are set aside below.
                syntax.divide(&format!("({})", sum()), &format!("NULLIF({count}, {})", syntax.double(0.0)))
            }
            "min" => syntax.least(&or(f64::MAX)),
            _ => syntax.greatest(&or(f64::MIN)),
        };
        let none: Vec<String> = numbers.iter().map(|number| format!("{number} IS NULL")).collect();
        let value = where_finite(syntax, &value);
        let sql = format!("CASE WHEN {} THEN {} ELSE {value} END", none.join(" AND "), Kind::Number.null(syntax));
        let some: Vec<String> = numbers.iter().map(|number| format!("{number} IS NOT NULL")).collect();
        let may_fail = !matches!(self.function, "min" | "max");
        Ok(Computed {
            optional: true,
            null_fails_where: may_fail.then(|| format!("({})", some.join(" OR "))),
            ..self.of(Kind::Number, sql)
        })
    }

    /// Functions of one number whose result every engine gives to the last bit (IEEE 754).
    fn exact(&self) -> Result<Computed> {
        let syntax = self.scope.syntax;
        let x = self.number(0)?;
        Ok(match self.function {
            "abs" => self.of(Kind::Number, format!("ABS({x})")),
            "sqrt" => self.fallible(format!("CASE WHEN {x} >= 0 THEN SQRT({x}) END")),
            "floor" => self.of(Kind::Number, syntax.floor(&x)),
            "ceil" => self.of(Kind::Number, syntax.ceiling(&x)),
            "round" => {
                let half_up = syntax.add(&x, &syntax.double(0.5));
                self.of(Kind::Number, syntax.floor(&format!("({half_up})")))
            }
            _ => {
                // To the nearest, halves to the even neighbour.
                let floor = format!("({})", syntax.floor(&x));
                let above = format!("({})", syntax.subtract(&x, &floor));
                let half = format!("({})", syntax.divide(&floor, &syntax.double(2.0)));
                let up = syntax.add(&floor, &syntax.double(1.0));
                let middle = syntax.double(0.5);
                self.of(
                    Kind::Number,
                    format!(
                        "CASE WHEN {above} < {middle} THEN {floor} WHEN {above} > {middle} THEN {up} WHEN {} THEN {floor} ELSE {up} END",
                        syntax.is_whole(&half)
                    ),
                )
            }
        })
    }

    fn inexact(&self) -> Result<Computed> {
        if !self.scope.inexact_functions {
            return Err(self.refuse(
                "each engine computes its last digits in its own way, so that points would not equal the service's bit for bit; allow inexact functions (`--inexact-functions`), or compute its result into a column of the table beforehand",
            ));
        }
        let syntax = self.scope.syntax;
        let x = self.number(0)?;
        // Arguments that an engine would answer with an error rather than a value.
        let sql = match self.function {
            "ln" => format!("CASE WHEN {x} > 0 THEN LN({x}) END"),
            "log10" => format!("CASE WHEN {x} > 0 THEN {} END", syntax.log10(&x)),
            "exp" => syntax.exponential(&x, &Kind::Number.null(syntax)),
            _ => {
                let y = self.number(1)?;
                // A power is computed only where it is sure to be finite and no engine raises an error.
                let (zero, size) = (syntax.double(0.0), syntax.double(700.0));
                let whole = syntax.floor(&y);
                format!(
                    "CASE WHEN {x} > 0 AND ABS({y} * LN(CASE WHEN {x} > 0 THEN {x} ELSE {one} END)) < {size} THEN POWER({x}, {y}) WHEN {x} = 0 AND {y} > 0 THEN {zero} WHEN {y} = 0 THEN {one} WHEN {x} < 0 AND ABS({y}) < 1000000 AND {y} = ({whole}) AND ABS({y} * LN(CASE WHEN {x} < 0 THEN -({x}) ELSE {one} END)) < {size} THEN POWER({x}, {y}) END",
                    one = syntax.double(1.0),
                )
            }
        };
        Ok(self.fallible(where_finite(syntax, &sql)))
    }

    fn comparison(&self, operator: Operator) -> Result<Computed> {
        let (a, b) = (self.at(0)?, self.at(1)?);
        let (x, y) = match (a.kind, b.kind) {
            (None, _) | (_, None) => return Ok(self.boolean(Kind::Boolean.null(self.scope.syntax), true)),
            (Some(Kind::Boolean), Some(Kind::Boolean)) => {
                (number_of_truth(self.scope, &a.sql), number_of_truth(self.scope, &b.sql))
            }
            (Some(x), Some(y)) if x == y => (a.sql.clone(), b.sql.clone()),
            (Some(x), Some(y)) => return Err(self.wrong_kind(y, x)),
        };
        Ok(self.boolean(format!("{x} {} {y}", sign(operator)), a.optional || b.optional))
    }

    fn membership(&self) -> Result<Computed> {
        let first = self.at(0)?;
        let mut equal = Vec::new();
        for other in self.operands.iter().skip(1) {
            match (first.kind, other.kind) {
                (Some(a), Some(b)) if a == b => equal.push(format!("{} = {}", first.sql, other.sql)),
                (None, _) | (_, None) => {}
                (Some(a), Some(b)) => return Err(self.wrong_kind(b, a)),
            }
        }
        let inside =
            if equal.is_empty() { "FALSE".into() } else { format!("COALESCE({}, FALSE)", chain(&equal, " OR ")) };
        let inside = if self.function == "isIn" { inside } else { format!("NOT {inside}") };
        Ok(self.boolean(inside, false))
    }

    fn junction(&self) -> Result<Computed> {
        let operator = if self.function == "and" { " AND " } else { " OR " };
        let truths = (0..self.operands.len()).map(|index| self.truth(index)).collect::<Result<Vec<_>>>()?;
        let decided = deciding(self.function).unwrap_or_default();
        // An argument after the one that decides is not computed, so that it cannot fail.
        let mut fails: Option<String> = None;
        for (operand, truth) in self.operands.iter().zip(&truths).rev() {
            let undecided = if decided == "TRUE" {
                format!("NOT COALESCE({truth}, FALSE)")
            } else {
                format!("COALESCE({truth}, TRUE)")
            };
            let later = fails.map(|later| format!("({undecided} AND {later})"));
            fails = any_of(operand.fails.clone().into_iter().chain(later));
        }
        Ok(Computed { fails, ..self.boolean(chain(&truths, operator), true) })
    }

    fn choice(&self) -> Result<Computed> {
        let condition = self.truth(0)?;
        let then = self.at(1)?;
        let otherwise = self.operands.get(2);
        let kind = match (then.kind, otherwise.and_then(|operand| operand.kind)) {
            (Some(a), Some(b)) if a != b => return Err(self.wrong_kind(b, a)),
            (a, b) => a.or(b),
        };
        let null = kind.unwrap_or(Kind::Number).null(self.scope.syntax);
        let branch = |operand: Option<&Operand>| {
            operand.filter(|operand| operand.kind.is_some()).map_or_else(|| null.clone(), |operand| operand.sql.clone())
        };
        let sql = format!(
            "CASE WHEN {condition} THEN {} WHEN NOT {condition} THEN {} ELSE {null} END",
            branch(Some(then)),
            branch(otherwise)
        );
        let taken = [(then.fails.clone(), ""), (otherwise.and_then(|operand| operand.fails.clone()), "NOT ")];
        let taken = taken
            .into_iter()
            .filter_map(|(fails, not)| fails.map(|fails| format!("(COALESCE({not}{condition}, FALSE) AND {fails})")));
        let fails = any_of(self.at(0)?.fails.clone().into_iter().chain(taken));
        Ok(Computed { kind, fails, optional: true, ..self.of(Kind::Number, sql) })
    }

    fn substring(&self) -> Result<Computed> {
        let text = self.text(0)?;
        let constant = |index: usize| -> Result<i64> {
            let operand = self.at(index)?;
            // A constant number that SQL reads back as it was written.
            let number = operand.number.filter(|number| number.abs() < 1e6);
            number
                .map(|number| number.trunc() as i64)
                .ok_or_else(|| self.refuse("start and length must be constant numbers below a million"))
        };
        let (start, length) = (constant(1)?, constant(2)?);
        if start < 1 || length < 0 {
            return Err(self.refuse("the start must be at least 1 and the length at least 0"));
        }
        Ok(self.of(Kind::Text, format!("SUBSTR({text}, {start}, {length})")))
    }

    fn concat(&self) -> Result<Computed> {
        let texts = (0..self.operands.len())
            .map(|index| Ok(format!("COALESCE({}, '')", self.text(index)?)))
            .collect::<Result<Vec<_>>>()?;
        Ok(Computed { optional: false, ..self.of(Kind::Text, chain(&texts, " || ")) })
    }
}
