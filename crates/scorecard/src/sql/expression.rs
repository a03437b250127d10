//! Expressions: each function applied becomes a column of its own, so that no text stands twice and nesting stays flat.

use super::{
    condition::{Test, first_true, within},
    function,
    names::Names,
    scope::{Kind, Scope, Slot},
    steps::Column,
};
use crate::{
    Literal, Result,
    model::{DiscretizeBin, Expression, FieldType, InvalidTreatment, LinearNorm, OutlierTreatment},
};

/// Most levels of expressions that use one another.
const MAX_LEVELS: usize = 100;
/// Most columns that expressions may need.
const MAX_COLUMNS: usize = 1000;

/// A value that SQL can name: a column of an earlier step, or a constant.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub(super) sql: String,
    /// `None` of a constant that is missing.
    pub(super) kind: Option<Kind>,
    /// The step after which it is there; 0 for treated fields and constants.
    pub(super) level: usize,
    /// A condition, never NULL, on which the evaluator has no value at all but an error.
    pub(super) fails: Option<String>,
    /// Whether it can be missing.
    pub(super) optional: bool,
    /// The constant number that it is.
    pub(super) number: Option<f64>,
}

/// A value as an expression over operands.
#[derive(Debug)]
pub(super) struct Computed {
    pub(super) sql: String,
    pub(super) kind: Option<Kind>,
    pub(super) level: usize,
    pub(super) fails: Option<String>,
    pub(super) optional: bool,
    /// A condition on which a NULL means an error rather than a missing value.
    pub(super) null_fails_where: Option<String>,
}

/// Turns expressions into columns.
pub(super) struct Compiler<'a> {
    pub(super) scope: &'a mut Scope,
    pub(super) names: &'a mut Names,
    /// Levels of derived fields by their column.
    levels_of: std::collections::HashMap<String, usize>,
    /// The columns of each level.
    pub(super) levels: Vec<Vec<Column>>,
    columns: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(scope: &'a mut Scope, names: &'a mut Names) -> Self {
        Self { scope, names, levels_of: std::collections::HashMap::new(), levels: Vec::new(), columns: 0 }
    }

    /// A derived or output field: its column becomes known to what comes after. The condition on which it has no value.
    pub(super) fn derive(
        &mut self,
        name: &str,
        field_type: Option<FieldType>,
        expression: &Expression,
        path: &str,
    ) -> Result<Option<String>> {
        let mut operand = self.root(name, expression, path)?;
        if let Some(field_type) = field_type {
            operand = self.conform(name, operand, field_type, path)?;
        }
        let kind = operand.kind.unwrap_or(Kind::Number);
        self.levels_of.insert(operand.sql.clone(), operand.level);
        self.scope.slots.insert(name.to_owned(), Slot { column: operand.sql, kind });
        Ok(operand.fails)
    }

    /// An expression as a column of its own.
    pub(super) fn root(&mut self, name: &str, expression: &Expression, path: &str) -> Result<Operand> {
        let computed = self.compute(name, expression, path)?;
        self.column(name, "__value", computed, path)
    }

    /// The value as the derived field's type asks.
    fn conform(&mut self, name: &str, operand: Operand, field_type: FieldType, path: &str) -> Result<Operand> {
        let syntax = self.scope.syntax;
        let wanted = Kind::of_type(field_type);
        let Some(kind) = operand.kind else {
            let Operand { level, fails, optional, .. } = operand;
            let sql = wanted.null(syntax);
            let computed = Computed { sql, kind: Some(wanted), level, fails, optional, null_fails_where: None };
            return self.column(name, "__value", computed, path);
        };
        let value = &operand.sql;
        let (sql, fails) = match (kind, wanted) {
            (Kind::Number, Kind::Number) if field_type == FieldType::Integer => {
                (None, Some(format!("COALESCE(NOT ({}), FALSE)", syntax.is_whole(value))))
            }
            (Kind::Number, Kind::Boolean) => {
                (Some(format!("{value} = 1")), Some(format!("COALESCE({value} NOT IN (0, 1), FALSE)")))
            }
            (Kind::Boolean, Kind::Number) => (Some(number_of_truth(self.scope, value)), None),
            (Kind::Boolean, Kind::Text) if field_type == FieldType::Categorical => {
                (Some(format!("CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END")), None)
            }
            (a, b) if a == b => (None, None),
            _ => {
                return Err(self.scope.refuse(
                    path,
                    format!(
                        "{} becomes a {field_type} value only in the service; let the expression give {}",
                        kind.words(),
                        wanted.words()
                    ),
                ));
            }
        };
        let fails = any_of(operand.fails.clone().into_iter().chain(fails));
        match sql {
            None => Ok(Operand { fails, ..operand }),
            Some(sql) => {
                let Operand { level, optional, .. } = operand;
                let computed = Computed { sql, kind: Some(wanted), level, fails, optional, null_fails_where: None };
                self.column(name, "__value", computed, path)
            }
        }
    }

    /// Makes a column of a computed value.
    pub(super) fn column(&mut self, name: &str, end: &str, computed: Computed, path: &str) -> Result<Operand> {
        self.columns += 1;
        if computed.level >= MAX_LEVELS || self.columns > MAX_COLUMNS {
            return Err(self.scope.refuse(
                path,
                format!("expressions need more than {MAX_LEVELS} steps or {MAX_COLUMNS} columns; compute some of them into the table beforehand"),
            ));
        }
        let column = self.names.claim("", name, end);
        while self.levels.len() <= computed.level {
            self.levels.push(Vec::new());
        }
        let sql = match computed.kind {
            Some(Kind::Text) => self.scope.syntax.by_bytes_of(computed.sql),
            Some(_) => computed.sql,
            None => Kind::Number.null(self.scope.syntax),
        };
        if let Some(level) = self.levels.get_mut(computed.level) {
            level.push(Column::new(&column, sql).noted(path));
        }
        let null_fails = computed.null_fails_where.map(|present| {
            if present.is_empty() { format!("{column} IS NULL") } else { format!("({column} IS NULL AND {present})") }
        });
        Ok(Operand {
            sql: column,
            kind: computed.kind,
            level: computed.level + 1,
            fails: any_of(computed.fails.into_iter().chain(null_fails)),
            optional: computed.optional,
            number: None,
        })
    }

    /// An argument: a constant or column where the expression is no more than that, else a column made for it.
    fn operand(&mut self, name: &str, expression: &Expression, path: &str) -> Result<Operand> {
        let computed = self.compute(name, expression, path)?;
        match expression {
            Expression::Constant(_) | Expression::Field { map_missing_to: None, .. } => Ok(Operand {
                sql: computed.sql,
                kind: computed.kind,
                level: computed.level,
                fails: None,
                optional: computed.optional,
                number: match expression {
                    Expression::Constant(Some(Literal::Number(number))) => Some(*number),
                    _ => None,
                },
            }),
            _ => self.column(name, "__part", computed, path),
        }
    }

    fn slot(&self, name: &str, path: &str) -> Result<(Slot, usize)> {
        let slot = self.scope.slot(name, path)?.clone();
        let level = self.levels_of.get(&slot.column).copied().unwrap_or(0);
        Ok((slot, level))
    }

    fn compute(&mut self, name: &str, expression: &Expression, path: &str) -> Result<Computed> {
        let simple = |sql: String, kind: Option<Kind>, level: usize, optional: bool| Computed {
            sql,
            kind,
            level,
            fails: None,
            optional,
            null_fails_where: None,
        };
        Ok(match expression {
            Expression::Constant(None) => simple("NULL".into(), None, 0, true),
            Expression::Constant(Some(literal)) => {
                simple(self.scope.literal(literal), Some(Kind::of_literal(literal)), 0, false)
            }
            Expression::Field { name: field, map_missing_to } => {
                let (slot, level) = self.slot(field, path)?;
                let sql = match map_missing_to {
                    None => slot.column,
                    Some(literal) => {
                        self.of_kind(literal, slot.kind, path)?;
                        format!("COALESCE({}, {})", slot.column, self.scope.literal(literal))
                    }
                };
                simple(sql, Some(slot.kind), level, map_missing_to.is_none())
            }
            Expression::NormContinuous { field, norms, outliers, map_missing_to } => {
                let (slot, level) = self.slot(field, path)?;
                self.numeric(&slot, path)?;
                let sql = self.interpolation(&slot.column, norms, *outliers, *map_missing_to);
                Computed {
                    null_fails_where: (*outliers == OutlierTreatment::AsIs && !self.scope.syntax.results_are_finite())
                        .then(|| format!("{} IS NOT NULL", slot.column)),
                    ..simple(sql, Some(Kind::Number), level, true)
                }
            }
            Expression::NormDiscrete { field, value, map_missing_to } => {
                let (slot, level) = self.slot(field, path)?;
                let syntax = self.scope.syntax;
                let equal = self.scope.is_one_of(&slot, std::slice::from_ref(value)).map_or(Test::Never, Test::Sql);
                let missing = map_missing_to.map_or_else(|| Kind::Number.null(syntax), |number| syntax.double(number));
                let choices = vec![
                    (Test::Sql(format!("{} IS NULL", slot.column)), missing),
                    (equal, syntax.double(1.0)),
                    (Test::Always, syntax.double(0.0)),
                ];
                simple(first_true(choices, "", "    "), Some(Kind::Number), level, map_missing_to.is_none())
            }
            Expression::Discretize { field, bins, default, map_missing_to } => {
                let (slot, level) = self.slot(field, path)?;
                self.numeric(&slot, path)?;
                let results = bins.iter().map(|DiscretizeBin { interval, value }| {
                    (Test::Sql(within(self.scope, &slot.column, interval)), value)
                });
                let (sql, kind) = self.table(
                    &format!("{} IS NULL", slot.column),
                    map_missing_to.as_ref(),
                    results.collect(),
                    default.as_ref(),
                    path,
                )?;
                simple(sql, kind, level, true)
            }
            Expression::MapValues { fields, rows, default, map_missing_to } => {
                let slots = fields.iter().map(|field| self.slot(field, path)).collect::<Result<Vec<_>>>()?;
                let level = slots.iter().map(|(_, level)| *level).max().unwrap_or(0);
                let mut results = Vec::with_capacity(rows.len());
                for row in rows {
                    let Some((result, keys)) = row.split_last() else { continue };
                    let tests = keys
                        .iter()
                        .zip(&slots)
                        .map(|(key, (slot, _))| self.scope.is_one_of(slot, std::slice::from_ref(key)));
                    // A key of another kind than its field is never met.
                    if let Some(tests) = tests.collect::<Option<Vec<_>>>() {
                        let test = if tests.is_empty() { Test::Always } else { Test::Sql(tests.join(" AND ")) };
                        results.push((test, result));
                    }
                }
                let missing: Vec<String> = slots.iter().map(|(slot, _)| format!("{} IS NULL", slot.column)).collect();
                let missing = if missing.is_empty() { "FALSE".into() } else { missing.join(" OR ") };
                let (sql, kind) = self.table(&missing, map_missing_to.as_ref(), results, default.as_ref(), path)?;
                simple(sql, kind, level, true)
            }
            Expression::Apply { function, arguments, map_missing_to, default, on_invalid } => {
                let operands =
                    arguments.iter().map(|argument| self.operand(name, argument, path)).collect::<Result<Vec<_>>>()?;
                let mut computed = function::apply(self.scope, function, &operands, path)?;
                if *on_invalid == InvalidTreatment::Missing {
                    computed.null_fails_where = None;
                }
                if let Some(literal) = map_missing_to {
                    computed.kind = Some(self.agreed(computed.kind, literal, path)?);
                    let missing = function::missing_argument(function, &operands);
                    let literal = self.scope.literal(literal);
                    computed.sql = format!("CASE WHEN {missing} THEN {literal} ELSE {} END", computed.sql);
                }
                if let Some(literal) = default {
                    computed.kind = Some(self.agreed(computed.kind, literal, path)?);
                    if computed.null_fails_where.is_some() {
                        // Whether there is no value must be seen before the default takes its place.
                        let bare = self.column(name, "__bare", computed, path)?;
                        computed = Computed {
                            sql: bare.sql,
                            kind: bare.kind,
                            level: bare.level,
                            fails: bare.fails,
                            optional: false,
                            null_fails_where: None,
                        };
                    }
                    computed.sql = format!("COALESCE({}, {})", computed.sql, self.scope.literal(literal));
                    computed.optional = false;
                }
                computed
            }
        })
    }

    /// The result of the first test that is true; results are of one kind.
    fn table(
        &self,
        missing: &str,
        where_missing: Option<&Literal>,
        results: Vec<(Test, &Literal)>,
        default: Option<&Literal>,
        path: &str,
    ) -> Result<(String, Option<Kind>)> {
        let mut kind = None;
        for literal in results.iter().map(|(_, literal)| *literal).chain(where_missing).chain(default) {
            kind = Some(self.agreed(kind, literal, path)?);
        }
        let Some(kind) = kind else { return Ok(("NULL".into(), None)) };
        let null = kind.null(self.scope.syntax);
        let of =
            |literal: Option<&Literal>| literal.map_or_else(|| null.clone(), |literal| self.scope.literal(literal));
        let mut choices = vec![(Test::Sql(missing.to_owned()), of(where_missing))];
        choices.extend(results.into_iter().map(|(test, literal)| (test, self.scope.literal(literal))));
        choices.push((Test::Always, of(default)));
        Ok((first_true(choices, &null, "    "), Some(kind)))
    }

    /// Piecewise linear, with the operations of the evaluator in their order.
    fn interpolation(
        &self,
        x: &str,
        norms: &[LinearNorm],
        outliers: OutlierTreatment,
        map_missing_to: Option<f64>,
    ) -> String {
        let syntax = self.scope.syntax;
        let null = Kind::Number.null(syntax);
        let missing = map_missing_to.map_or_else(|| null.clone(), |number| syntax.double(number));
        let mut choices = vec![(Test::Sql(format!("{x} IS NULL")), missing)];
        let (Some(first), Some(last)) = (norms.first(), norms.last()) else { return null };
        let along = |x: &str, a: &LinearNorm, b: &LinearNorm| {
            let share = syntax
                .divide(&format!("({})", syntax.subtract(x, &syntax.double(a.orig))), &syntax.double(b.orig - a.orig));
            syntax.add(&syntax.double(a.norm), &syntax.multiply(&share, &syntax.double(b.norm - a.norm)))
        };
        let outside = |sign: &str, end: f64| Test::Sql(format!("{x} {sign} {}", syntax.compared(end)));
        let pairs: Vec<_> = norms.windows(2).collect();
        for (sign, end, pair) in [("<", first, pairs.first()), (">", last, pairs.last())] {
            match outliers {
                OutlierTreatment::AsIs => {}
                OutlierTreatment::Missing => choices.push((outside(sign, end.orig), null.clone())),
                OutlierTreatment::Clamp => {
                    let Some([a, b]) = pair else { continue };
                    choices.push((outside(sign, end.orig), along(&syntax.double(end.orig), a, b)));
                }
            }
        }
        for (index, pair) in pairs.iter().enumerate() {
            let [a, b] = pair else { continue };
            let test = if index + 1 == pairs.len() { Test::Always } else { outside("<", b.orig) };
            choices.push((test, along(x, a, b)));
        }
        let value = first_true(choices, &null, "    ");
        if outliers == OutlierTreatment::AsIs { function::where_finite(syntax, &value) } else { value }
    }

    fn numeric(&self, slot: &Slot, path: &str) -> Result<()> {
        match slot.kind {
            Kind::Number => Ok(()),
            other => Err(self.scope.refuse(path, format!("{} where a number is expected", other.words()))),
        }
    }

    fn of_kind(&self, literal: &Literal, kind: Kind, path: &str) -> Result<()> {
        self.agreed(Some(kind), literal, path).map(drop)
    }

    /// The kind of values that are all of one kind.
    fn agreed(&self, kind: Option<Kind>, literal: &Literal, path: &str) -> Result<Kind> {
        let found = Kind::of_literal(literal);
        match kind {
            Some(kind) if kind != found => Err(self.scope.refuse(
                path,
                format!("gives {} or {}; a column of SQL holds values of one kind", kind.words(), found.words()),
            )),
            _ => Ok(found),
        }
    }
}

/// A truth value as 1 or 0.
pub(super) fn number_of_truth(scope: &Scope, value: &str) -> String {
    let (one, zero) = (scope.syntax.double(1.0), scope.syntax.double(0.0));
    format!("CASE WHEN {value} THEN {one} WHEN NOT {value} THEN {zero} END")
}

/// Whether one of the conditions holds.
pub(super) fn any_of(conditions: impl Iterator<Item = String>) -> Option<String> {
    let conditions: Vec<String> = conditions.collect();
    match conditions.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        many => Some(format!("({})", super::scope::chain(many, " OR "))),
    }
}
