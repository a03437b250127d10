//! The statement as a whole.

use std::collections::{BTreeSet, HashMap};

use super::{
    Dialect, Keys, SqlOptions,
    expression::Compiler,
    field::{self, FieldColumns},
    given::{self, Found, GivenNames},
    names::{Names, stored, tells_cases_apart},
    output_fields::{self, OutputColumns},
    ranking,
    scope::{Kind, Scope, Slot, chain, refuse},
    score,
    steps::{Column, Steps, comment},
    syntax::Syntax,
    worth::{self, Worth},
};
use crate::{
    Evaluator, Result, Scorecard,
    evaluate::{Arithmetic, derived_order},
    model::{Field, OutputSource},
};

/// Name under which the rows of the source are spoken of.
const SOURCE: &str = "applicant_row";

/// Most terms of a sum of doubles, which has an order that must be kept.
const MAX_TERMS: usize = 500;

/// Writes the statement.
pub(super) fn write(scorecard: &Scorecard, options: &SqlOptions) -> Result<String> {
    // What the evaluator does not take has no meaning to translate.
    Evaluator::new(scorecard.clone())?;
    no_zero_characters(scorecard, options)?;
    Writer::new(scorecard, options)?.write()
}

struct Writer<'a> {
    scorecard: &'a Scorecard,
    options: &'a SqlOptions,
    syntax: Syntax,
    arithmetic: Arithmetic,
    names: Names,
    steps: Steps,
}

/// Columns by name and text, and what each attribute is worth.
type Derived = (Vec<(String, String)>, Vec<Worth>);

impl<'a> Writer<'a> {
    fn new(scorecard: &'a Scorecard, options: &'a SqlOptions) -> Result<Self> {
        let syntax = Syntax(options.dialect);
        let arithmetic = Arithmetic::of(scorecard);
        if let Arithmetic::Exact { decimals } = arithmetic
            && decimals > 18
        {
            return Err(refuse(
                syntax,
                "characteristics",
                format!("points of {decimals} decimals; at most 18 are exact"),
            ));
        }
        if arithmetic == Arithmetic::Double && scorecard.characteristics.len() > MAX_TERMS {
            return Err(refuse(
                syntax,
                "characteristics",
                format!("more than {MAX_TERMS} of them, where points are computed and so added up one after the other"),
            ));
        }
        Ok(Self { scorecard, options, syntax, arithmetic, names: Names::new(syntax), steps: Steps::new(syntax) })
    }

    fn write(mut self) -> Result<String> {
        let keys = self.keys()?;
        let names = GivenNames::claim(self.scorecard, self.options, &mut self.names, &keys)?;
        if let Some(table) = self.options.source.0.last() {
            // No step may have the name of the source.
            self.names.take(table);
        }
        let mut scope =
            Scope { syntax: self.syntax, slots: HashMap::new(), inexact_functions: self.options.inexact_functions };
        let fields = self.fields(&mut scope)?;
        let refused = self.treat(&keys, &fields);
        let mut faults = self.required(&scope);
        let (failures, worths) = self.derive(&mut scope)?;
        faults.extend(failures);
        self.add_points(&worths);
        faults.extend(worths.iter().map(|worth| {
            let problem = if worth.computed {
                "no attribute matches, or its points have no value"
            } else {
                "no attribute matches"
            };
            (format!("{} IS NULL", worth.points.name), format!("characteristic {}: {problem}", worth.name))
        }));
        let error = self.add_error(refused.as_deref(), &faults);
        let sum = self.add_sum(&scope, &worths, &error);
        let score =
            score::finish(self.scorecard, &scope, &mut self.names, &mut self.steps, (&sum, &error), self.arithmetic)?;
        let ranked = if self.ranks() {
            Some(ranking::rank(
                self.scorecard,
                &scope,
                &mut self.names,
                &mut self.steps,
                &worths,
                self.arithmetic,
                &score.error,
            )?)
        } else {
            None
        };
        let outputs = if self.options.outputs {
            let (names, steps) = (&mut self.names, &mut self.steps);
            output_fields::add(self.scorecard, &mut scope, names, steps, &score, ranked.as_ref())?
        } else {
            OutputColumns { values: Vec::new(), error: score.error.clone(), may_fail: false }
        };
        self.limit_columns()?;
        let (arithmetic, ranked) = (self.arithmetic, ranked.as_ref());
        let found = Found { arithmetic, worths: &worths, score: &score, ranked, outputs: &outputs };
        let columns = given::columns(self.options, &keys, names, &found);
        Ok(format!("{}{}", self.heading(), self.steps.close(&columns)))
    }

    /// Whether reasons are ranked: to be given, or for output fields.
    fn ranks(&self) -> bool {
        let fields = if self.options.outputs { self.scorecard.output_fields.as_slice() } else { &[] };
        let asked = self.options.reasons || fields.iter().any(|field| matches!(field.value, OutputSource::Reason(_)));
        asked && self.scorecard.reasons.enabled
    }

    /// The columns that are carried through: as the source has them, and under which name.
    fn keys(&mut self) -> Result<Vec<Column>> {
        let Keys::Columns(keys) = &self.options.keys else {
            let row = self.names.claim("", "source_row", "");
            return match self.syntax.0 {
                Dialect::PostgreSql | Dialect::DuckDb | Dialect::BigQuery => Ok(vec![Column::new(row, SOURCE)]),
                Dialect::Spark => Ok(vec![Column::new(row, format!("struct({SOURCE}.*)"))]),
                Dialect::Sqlite | Dialect::Trino | Dialect::Snowflake => Err(refuse(
                    self.syntax,
                    "keys",
                    "the dialect cannot carry a whole row through; name the columns that are to be carried (`--keys`)",
                )),
            };
        };
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            let key = stored(key, self.syntax.0);
            if key.is_empty() || !self.names.take(key) {
                return Err(refuse(self.syntax, "keys", format!("`{key}` is empty or named twice")));
            }
            columns.push(Column::new(self.syntax.quoted(key), self.of_source(key)));
        }
        Ok(columns)
    }

    /// A column of the source.
    fn of_source(&self, column: &str) -> String {
        let quoted = self.syntax.quoted(column);
        // SQLite takes a quoted name that no column has for a text.
        if self.syntax.0 == Dialect::Sqlite { format!("{SOURCE}.{quoted}") } else { quoted }
    }

    fn fields(&mut self, scope: &mut Scope) -> Result<Vec<FieldColumns>> {
        let known = |field: &String| self.scorecard.fields.iter().any(|f| f.name == *field);
        if let Some(field) = self.options.columns.keys().find(|field| !known(field)) {
            return Err(refuse(self.syntax, "columns", format!("`{field}` is no field of the scorecard")));
        }
        let mut sources = BTreeSet::new();
        let mut fields = Vec::with_capacity(self.scorecard.fields.len());
        for field in &self.scorecard.fields {
            let path = format!("fields[{}]", field.name);
            let column = self.source_column(field, &path)?;
            let key = if tells_cases_apart(self.syntax.0) { column.clone() } else { column.to_lowercase() };
            if !sources.insert(key) {
                return Err(refuse(
                    self.syntax,
                    &path,
                    format!(
                        "another field has the column `{column}` too, as the dialect reads names; map one to another column (`--column`)"
                    ),
                ));
            }
            let input = self.names.claim("", &field.name, "__input");
            let value = self.names.claim("", &field.name, "__value");
            let columns = field::columns(scope, field, &self.of_source(&column), (&input, &value), &path)?;
            let kind = Kind::of_type(field.field_type);
            let slot = Slot { column: if columns.treated.is_some() { value } else { input }, kind };
            scope.slots.insert(field.name.clone(), slot);
            fields.push(columns);
        }
        Ok(fields)
    }

    /// Name of the column that holds a field, such as the dialect can have it.
    fn source_column(&self, field: &Field, path: &str) -> Result<String> {
        let name = self.options.columns.get(&field.name).unwrap_or(&field.name);
        let name = stored(name, self.syntax.0);
        if name.is_empty() {
            return Err(refuse(self.syntax, path, "its column has an empty name"));
        }
        if self.syntax.0 == Dialect::BigQuery && name.contains(BIGQUERY_REFUSES) {
            return Err(refuse(
                self.syntax,
                path,
                format!(
                    "no column can be called `{name}` there; map the field to the column that holds it (`--column`)"
                ),
            ));
        }
        Ok(name.to_owned())
    }

    /// The steps that read the source and treat its values; the column that says which value is refused.
    fn treat(&mut self, keys: &[Column], fields: &[FieldColumns]) -> Option<String> {
        let mut columns = keys.to_vec();
        columns.extend(fields.iter().map(|field| field.input.clone()));
        let table: Vec<String> = self.options.source.0.iter().map(|part| self.syntax.quoted(part)).collect();
        let from = format!("{} AS {SOURCE}", table.join("."));
        let name = self.names.claim("", "typed_applications", "");
        self.steps.open(name, "the applications, each field as a value of its type", &columns, &from);

        let mut treated: Vec<Column> = Vec::new();
        let mut whens = String::new();
        for (field, columns) in self.scorecard.fields.iter().zip(fields) {
            treated.extend(columns.treated.clone().map(|column| column.noted(&field.name)));
            for (test, why) in &columns.refusals {
                let message = self.syntax.text(&format!("field {}: {why}", field.name));
                whens.push_str(&format!("\n      WHEN {test} THEN {message}"));
            }
        }
        let refused = (!whens.is_empty()).then(|| {
            let name = self.names.claim("", "refused", "__field");
            treated.push(
                Column::new(&name, format!("CASE{whens}\n    END")).noted("the first value that its field refuses"),
            );
            name
        });
        let note = "what each field makes of its values: codes for missing, values not allowed, outliers";
        self.steps.add(&mut self.names, "treated_values", note, &treated);
        refused
    }

    /// Required fields that are missing.
    fn required(&self, scope: &Scope) -> Vec<(String, String)> {
        let required = self.scorecard.fields.iter().filter(|field| field.required);
        required
            .filter_map(|field| {
                let slot = scope.slots.get(&field.name)?;
                Some((format!("{} IS NULL", slot.column), format!("field {}: required, but missing", field.name)))
            })
            .collect()
    }

    /// Derived fields and computed points; then the points of each characteristic, which are not yet a step.
    fn derive(&mut self, scope: &mut Scope) -> Result<Derived> {
        let mut failures = Vec::new();
        let mut compiler = Compiler::new(scope, &mut self.names);
        for index in derived_order(self.scorecard)? {
            let Some(derived) = self.scorecard.derived.get(index) else { continue };
            let path = format!("derived[{}]", derived.name);
            if let Some(fails) = compiler.derive(&derived.name, Some(derived.field_type), &derived.expression, &path)? {
                failures.push((fails, format!("derived {}: no value", derived.name)));
            }
        }
        let path = |name: &str| format!("characteristics[{name}]");
        let computed = self
            .scorecard
            .characteristics
            .iter()
            .map(|characteristic| worth::computed_points(&mut compiler, characteristic, &path(&characteristic.name)))
            .collect::<Result<Vec<_>>>()?;
        let levels = std::mem::take(&mut compiler.levels);
        for (index, level) in levels.iter().enumerate() {
            let name = format!("derived_values_{}", index + 1);
            self.steps.add(&mut self.names, &name, "derived values", level);
        }
        let mut worths = Vec::with_capacity(computed.len());
        for (characteristic, computed) in self.scorecard.characteristics.iter().zip(&computed) {
            let names = (
                self.names.claim("", &characteristic.name, "__points"),
                self.names.claim("", &characteristic.name, "__code"),
            );
            let path = path(&characteristic.name);
            worths.push(worth::worth(scope, characteristic, computed, self.arithmetic, names, &path)?);
        }
        Ok((failures, worths))
    }

    fn add_points(&mut self, worths: &[Worth]) {
        let reasons = self.ranks();
        let columns: Vec<Column> = worths
            .iter()
            .flat_map(|worth| [Some(worth.points.clone()), worth.code_column.clone().filter(|_| reasons)])
            .flatten()
            .collect();
        let note = match self.arithmetic {
            Arithmetic::Exact { decimals: 0 } => {
                "the points of each characteristic: the first condition that is true gives them".to_owned()
            }
            Arithmetic::Exact { decimals } => format!(
                "the points of each characteristic, in units of 10^-{decimals}: the first condition that is true gives them"
            ),
            Arithmetic::Double => {
                "the points of each characteristic, as doubles: the first condition that is true gives them".to_owned()
            }
        };
        self.steps.add(&mut self.names, "points_of_characteristics", &note, &columns);
    }

    fn add_error(&mut self, refused: Option<&str>, faults: &[(String, String)]) -> String {
        let mut whens = String::new();
        if let Some(refused) = refused {
            whens.push_str(&format!("\n      WHEN {refused} IS NOT NULL THEN {refused}"));
        }
        for (test, message) in faults {
            whens.push_str(&format!("\n      WHEN {test} THEN {}", self.syntax.text(message)));
        }
        let name = self.names.claim("", "error", "__found");
        let column = Column::new(&name, format!("CASE{whens}\n    END"));
        self.steps.add(
            &mut self.names,
            "checked_applications",
            "why an application cannot be scored, if so",
            &[column],
        );
        name
    }

    fn add_sum(&mut self, scope: &Scope, worths: &[Worth], error: &str) -> String {
        let mut terms = vec![worth::constant(scope, self.scorecard.initial_score, self.arithmetic)];
        terms.extend(worths.iter().map(|worth| worth.points.name.clone()));
        let sum = match self.arithmetic {
            Arithmetic::Exact { .. } => chain(&terms, " + "),
            Arithmetic::Double => {
                terms.into_iter().reduce(|sum, term| self.syntax.add(&sum, &term)).unwrap_or_default()
            }
        };
        let name = self.names.claim("", "sum", "__points");
        let column = Column::new(&name, format!("CASE WHEN {error} IS NULL THEN {sum} END"));
        self.steps.add(
            &mut self.names,
            "summed_points",
            "the initial score and the points of all characteristics",
            &[column],
        );
        name
    }

    fn limit_columns(&self) -> Result<()> {
        let most = match self.syntax.0 {
            Dialect::PostgreSql => 1600,
            Dialect::Sqlite => 1900,
            _ => 10_000,
        };
        if self.steps.columns() > most {
            return Err(refuse(
                self.syntax,
                "characteristics",
                format!("the statement needs {} columns; the engine takes {most}", self.steps.columns()),
            ));
        }
        Ok(())
    }

    fn heading(&self) -> String {
        let name = comment(&self.scorecard.name);
        let inexact = if self.options.inexact_functions {
            "-- Functions whose last digits are the engine's own were allowed: points that use them are not bit for bit.\n"
        } else {
            ""
        };
        format!(
            "-- Scorecard {name}, for {}\n-- {}\n-- A row that cannot be scored has no score, and says why under error.\n{inexact}",
            self.syntax.0.title(),
            self.scorecard.content_hash()
        )
    }
}

/// Signs that BigQuery has in no column's name.
const BIGQUERY_REFUSES: [char; 21] =
    ['!', '"', '$', '(', ')', '*', ',', '.', '/', ';', '?', '@', '[', '\\', ']', '^', '`', '{', '}', '~', '\n'];

/// No dialect takes U+0000 in a text or a name.
fn no_zero_characters(scorecard: &Scorecard, options: &SqlOptions) -> Result<()> {
    let refuse =
        |path: &str| Err(refuse(Syntax(options.dialect), path, "holds the character U+0000, which no table can hold"));
    let zero = |text: &String| text.contains('\0');
    let keys = match &options.keys {
        Keys::All => &[],
        Keys::Columns(keys) => keys.as_slice(),
    };
    if options.source.0.iter().any(zero)
        || keys.iter().any(zero)
        || zero(&options.prefix)
        || options.columns.values().any(zero)
    {
        return refuse("options");
    }
    let document = serde_json::to_value(scorecard).unwrap_or_default();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::String(text) if zero(text) => return refuse("scorecard"),
            serde_json::Value::Array(list) => open.extend(list),
            serde_json::Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    Ok(())
}
