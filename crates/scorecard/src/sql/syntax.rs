//! How each dialect says the few things that dialects say differently: literals, types, functions.

use super::{Dialect, plain_names::is_plain, sqlite_double::sqlite_double};

/// The largest double: whatever lies beyond it, or is NaN, is not between its negative and itself.
const LARGEST: f64 = f64::MAX;

/// Most arguments of one call; SQLite and Trino take no more than 127.
const MAX_ARGUMENTS: usize = 100;

/// The language of one dialect. Comparisons, `CASE`, `COALESCE` and `NULLIF` are the same everywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax(pub(super) Dialect);

impl Syntax {
    /// A quoted name.
    pub(super) fn quoted(self, name: &str) -> String {
        match self.0 {
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
            Dialect::BigQuery => format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")),
            Dialect::Snowflake if is_plain(name) => name.to_owned(),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text literal. The caller has refused U+0000, which no dialect takes.
    pub(super) fn text(self, text: &str) -> String {
        match self.0 {
            Dialect::PostgreSql if text.contains('\\') => {
                // Right whatever `standard_conforming_strings` is set to.
                format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
            }
            Dialect::PostgreSql | Dialect::Sqlite | Dialect::DuckDb | Dialect::Trino => {
                format!("'{}'", text.replace('\'', "''"))
            }
            Dialect::Spark | Dialect::BigQuery | Dialect::Snowflake => self.escaped_text(text),
        }
    }

    /// Where a backslash takes a sign's meaning away.
    fn escaped_text(self, text: &str) -> String {
        let mut literal = String::with_capacity(text.len() + 2);
        literal.push('\'');
        for character in text.chars() {
            match character {
                '\\' => literal.push_str("\\\\"),
                '\'' => literal.push_str("\\'"),
                '\n' => literal.push_str("\\n"),
                '\r' => literal.push_str("\\r"),
                '\t' => literal.push_str("\\t"),
                // Spark puts the values of variables in the place of `${…}`, within literals too.
                '$' if self.0 == Dialect::Spark => literal.push_str("\\u0024"),
                other => literal.push(other),
            }
        }
        literal.push('\'');
        literal
    }

    /// A double to calculate with. The caller has seen to it that it is finite.
    pub(super) fn double(self, number: f64) -> String {
        // Zero without its sign, which no comparison sees and which dialects read differently.
        let number = if number == 0.0 { 0.0 } else { number };
        let size = number.abs();
        let plain = number == 0.0 || (1e-5..1e16).contains(&size);
        let (digits, exponent) = if plain {
            (number.to_string(), "0".to_owned())
        } else {
            let text = format!("{number:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            (digits.to_owned(), exponent.to_owned())
        };
        match self.0 {
            Dialect::PostgreSql if plain => format!("{digits}::float8"),
            Dialect::PostgreSql => format!("{digits}e{exponent}::float8"),
            Dialect::Sqlite => sqlite_double(number, &digits, &exponent),
            Dialect::DuckDb | Dialect::Trino | Dialect::BigQuery => format!("{digits}e{exponent}"),
            Dialect::Spark if plain => format!("{digits}D"),
            Dialect::Spark => format!("{digits}E{exponent}D"),
            Dialect::Snowflake if plain => format!("'{digits}'::FLOAT"),
            Dialect::Snowflake => format!("'{digits}e{exponent}'::FLOAT"),
        }
    }

    /// A number that a double is compared with: a small whole number as people write it.
    pub(super) fn compared(self, number: f64) -> String {
        if number.fract() == 0.0 && number.abs() < 2_147_483_648.0 {
            (number as i64).to_string()
        } else {
            self.double(number)
        }
    }

    /// The type of doubles.
    pub(super) fn double_type(self) -> &'static str {
        match self.0 {
            Dialect::PostgreSql => "DOUBLE PRECISION",
            Dialect::Sqlite => "REAL",
            Dialect::DuckDb | Dialect::Trino | Dialect::Spark => "DOUBLE",
            Dialect::BigQuery => "FLOAT64",
            Dialect::Snowflake => "FLOAT",
        }
    }

    /// The type of texts.
    pub(super) fn text_type(self) -> &'static str {
        match self.0 {
            Dialect::PostgreSql | Dialect::Sqlite => "TEXT",
            Dialect::DuckDb | Dialect::Trino | Dialect::Snowflake => "VARCHAR",
            Dialect::Spark | Dialect::BigQuery => "STRING",
        }
    }

    /// The type of truth values.
    pub(super) fn boolean_type(self) -> &'static str {
        match self.0 {
            Dialect::BigQuery => "BOOL",
            Dialect::Sqlite => "INTEGER",
            _ => "BOOLEAN",
        }
    }

    /// The type of whole numbers of 64 bits.
    pub(super) fn whole_type(self) -> &'static str {
        match self.0 {
            Dialect::Sqlite => "INTEGER",
            Dialect::BigQuery => "INT64",
            _ => "BIGINT",
        }
    }

    /// A text that is compared byte by byte, as in the service, whatever the table's or the database's collation.
    pub(super) fn by_bytes(self, text: String) -> String {
        if self.0 == Dialect::PostgreSql { format!("{text} COLLATE \"C\"") } else { text }
    }

    /// As [`Self::by_bytes`], of any expression.
    pub(super) fn by_bytes_of(self, expression: String) -> String {
        if self.0 == Dialect::PostgreSql { self.by_bytes(format!("({expression})")) } else { expression }
    }

    /// A column that is cast.
    pub(super) fn cast(self, expression: &str, as_type: &str) -> String {
        format!("CAST({expression} AS {as_type})")
    }

    /// Whole units of `10^-decimals` as the points that they are: an exact decimal, in SQLite the nearest double.
    pub(super) fn of_units(self, units: &str, decimals: u8) -> String {
        if decimals == 0 {
            return units.to_owned();
        }
        let places = usize::from(decimals);
        if self.0 == Dialect::Sqlite {
            return self.nearest_double(units, decimals);
        }
        let unit = format!("0.{:0>places$}", 1);
        if self.0 == Dialect::BigQuery {
            let decimal = if decimals <= 9 { "NUMERIC" } else { "BIGNUMERIC" };
            return format!("{units} * {decimal} '{unit}'");
        }
        format!(
            "CAST(CAST({units} AS DECIMAL(19, 0)) * CAST('{unit}' AS DECIMAL({places}, {places})) AS DECIMAL(19, {places}))"
        )
    }

    /// The double nearest to whole units of `10^-decimals`, where both are below 2^53.
    pub(super) fn nearest_double(self, units: &str, decimals: u8) -> String {
        let double = self.cast(units, self.double_type());
        if decimals == 0 { double } else { self.divide(&double, &self.double(10_f64.powi(i32::from(decimals)))) }
    }

    /// Whether a double that is there is a number, neither NaN nor infinite. NaN is either beyond all numbers or
    /// compares with none.
    pub(super) fn is_finite(self, value: &str) -> String {
        match self.0 {
            // SQLite has no NaN, and its way to say infinity is a number too large.
            Dialect::Sqlite => format!("abs({value}) < 9e999"),
            _ => format!("{value} BETWEEN {} AND {}", self.double(-LARGEST), self.double(LARGEST)),
        }
    }

    /// Whether a finite double is whole.
    pub(super) fn is_whole(self, value: &str) -> String {
        format!("{value} = {}", self.floor(value))
    }

    /// The greatest whole number not above a finite double, as a double.
    pub(super) fn floor(self, value: &str) -> String {
        self.rounded(value, "FLOOR")
    }

    /// The least whole number not below a finite double, as a double.
    pub(super) fn ceiling(self, value: &str) -> String {
        self.rounded(value, "CEIL")
    }

    fn rounded(self, value: &str, function: &str) -> String {
        match self.0 {
            // Spark's gives a whole number of 64 bits; from 2^53 on every double is whole.
            Dialect::Spark => {
                let limit = self.double(9_007_199_254_740_992.0);
                format!("CASE WHEN abs({value}) < {limit} THEN CAST({function}({value}) AS DOUBLE) ELSE {value} END")
            }
            _ => format!("{function}({value})"),
        }
    }

    pub(super) fn divide(self, a: &str, b: &str) -> String {
        match self.0 {
            Dialect::BigQuery => format!("SAFE_DIVIDE({a}, {b})"),
            _ => format!("{a} / {b}"),
        }
    }

    pub(super) fn multiply(self, a: &str, b: &str) -> String {
        self.operator(a, "*", "SAFE_MULTIPLY", b)
    }

    pub(super) fn add(self, a: &str, b: &str) -> String {
        self.operator(a, "+", "SAFE_ADD", b)
    }

    pub(super) fn subtract(self, a: &str, b: &str) -> String {
        self.operator(a, "-", "SAFE_SUBTRACT", b)
    }

    /// BigQuery ends a statement where a double overflows, unless told to give NULL.
    fn operator(self, a: &str, sign: &str, safe: &str, b: &str) -> String {
        match self.0 {
            Dialect::BigQuery => format!("{safe}({a}, {b})"),
            _ => format!("{a} {sign} {b}"),
        }
    }

    /// Whether an operation that overflows ends the statement or gives NULL, so that what is there is finite.
    pub(super) fn results_are_finite(self) -> bool {
        matches!(self.0, Dialect::PostgreSql | Dialect::BigQuery)
    }

    /// The greatest of values that are all there.
    pub(super) fn greatest(self, values: &[String]) -> String {
        self.extreme(values, if self.0 == Dialect::Sqlite { "max" } else { "GREATEST" })
    }

    /// The least of values that are all there.
    pub(super) fn least(self, values: &[String]) -> String {
        self.extreme(values, if self.0 == Dialect::Sqlite { "min" } else { "LEAST" })
    }

    fn extreme(self, values: &[String], function: &str) -> String {
        match values {
            [only] => only.clone(),
            few if few.len() <= MAX_ARGUMENTS => {
                let separator = if few.iter().any(|value| value.starts_with('\n')) { "," } else { ", " };
                format!("{function}({})", few.join(separator))
            }
            many => {
                let parts: Vec<String> = many.chunks(MAX_ARGUMENTS).map(|part| self.extreme(part, function)).collect();
                self.extreme(&parts, function)
            }
        }
    }

    /// The logarithm to base 10 of a positive number.
    pub(super) fn log10(self, x: &str) -> String {
        match self.0 {
            Dialect::PostgreSql => format!("LOG({x})"),
            Dialect::Snowflake => format!("LOG(10, {x})"),
            _ => format!("LOG10({x})"),
        }
    }

    /// e to the power of a number. Where that is beyond all doubles it is `infinite`, where it is below them zero: some
    /// engines would end the statement.
    pub(super) fn exponential(self, x: &str, infinite: &str) -> String {
        // PostgreSQL takes a result without all its digits for an error.
        let lowest = if self.0 == Dialect::PostgreSql { -708.0 } else { -745.133_219_101_941_1 };
        let (high, low) = (self.double(709.782_712_893_383_9), self.double(lowest));
        format!("CASE WHEN {x} > {high} THEN {infinite} WHEN {x} < {low} THEN {} ELSE EXP({x}) END", self.double(0.0))
    }

    /// Number of characters of a text.
    pub(super) fn length(self, text: &str) -> String {
        match self.0 {
            Dialect::PostgreSql | Dialect::Spark | Dialect::BigQuery => format!("CHAR_LENGTH({text})"),
            _ => format!("LENGTH({text})"),
        }
    }

    /// Whether a text is a date of the calendar, `2026-11-23`.
    pub(super) fn is_date(self, text: &str) -> String {
        const DATE: &str = "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$";
        // `$` may also stand before a last line break.
        let length = format!("{} = 10", self.length(text));
        match self.0 {
            Dialect::PostgreSql => format!("{text} ~ '{DATE}' AND {length}"),
            Dialect::Sqlite => {
                format!(
                    "{text} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date({text}, '+0 days') IS {text}"
                )
            }
            Dialect::DuckDb => format!("regexp_matches({text}, '{DATE}') AND {length}"),
            Dialect::Trino => format!("regexp_like({text}, '{DATE}') AND {length}"),
            Dialect::Spark => format!("{text} RLIKE '{DATE}' AND {length}"),
            Dialect::BigQuery => format!("REGEXP_CONTAINS({text}, '{DATE}') AND {length}"),
            Dialect::Snowflake => format!("REGEXP_LIKE({text}, '{DATE}') AND {length}"),
        }
    }

    /// An infinite double.
    pub(super) fn infinity(self) -> &'static str {
        match self.0 {
            Dialect::PostgreSql => "'Infinity'::float8",
            Dialect::Sqlite => "9e999",
            Dialect::Trino | Dialect::DuckDb => "CAST('Infinity' AS DOUBLE)",
            Dialect::Spark => "double('Infinity')",
            Dialect::BigQuery => "CAST('inf' AS FLOAT64)",
            Dialect::Snowflake => "'inf'::FLOAT",
        }
    }

    /// Whether the planner writes a step's expressions into the next, with nothing to keep it from doing so.
    pub(super) fn writes_steps_out(self) -> bool {
        self.fence().is_empty()
    }

    /// What is put before a step that must be computed once, where a word for it is known.
    pub(super) fn materialized(self) -> &'static str {
        if self.0 == Dialect::DuckDb { "MATERIALIZED " } else { "" }
    }

    /// Ends each step, so that the planner computes it once and does not write its expressions into the next.
    pub(super) fn fence(self) -> &'static str {
        match self.0 {
            Dialect::PostgreSql => "OFFSET 0",
            Dialect::Sqlite => "LIMIT -1 OFFSET 0",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(of: impl Fn(Syntax) -> String) -> Vec<String> {
        Dialect::ALL.into_iter().map(|dialect| of(Syntax(dialect))).collect()
    }

    #[test]
    fn texts_cannot_break_out_of_their_quotes() {
        assert_eq!(
            all(|syntax| syntax.text("it's \\' ${x}\n")),
            [
                "E'it''s \\\\'' ${x}\n'",
                "'it''s \\'' ${x}\n'",
                "'it''s \\'' ${x}\n'",
                "'it''s \\'' ${x}\n'",
                "'it\\'s \\\\\\' \\u0024{x}\\n'",
                "'it\\'s \\\\\\' ${x}\\n'",
                "'it\\'s \\\\\\' ${x}\\n'",
            ]
        );
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        assert_eq!(
            all(|syntax| syntax.quoted("a\"b`c\\")),
            [
                "\"a\"\"b`c\\\"",
                "\"a\"\"b`c\\\"",
                "\"a\"\"b`c\\\"",
                "\"a\"\"b`c\\\"",
                "`a\"b``c\\`",
                "`a\"b\\`c\\\\`",
                "\"a\"\"b`c\\\"",
            ]
        );
        let snowflake = Syntax(Dialect::Snowflake);
        assert_eq!(
            ["age", "order", "Age", "a b"].map(|name| snowflake.quoted(name)),
            ["age", "\"order\"", "\"Age\"", "\"a b\""]
        );
    }

    #[test]
    fn doubles() {
        assert_eq!(
            all(|syntax| syntax.double(12.5)),
            ["12.5::float8", "12.5", "12.5e0", "12.5e0", "12.5D", "12.5e0", "'12.5'::FLOAT"]
        );
        assert_eq!(Syntax(Dialect::DuckDb).double(-1e-300), "-1e-300");
        assert_eq!(Syntax(Dialect::Sqlite).double(-0.0), "0.0");
        assert_eq!(Syntax(Dialect::Sqlite).compared(-30.0), "-30");
    }
}
