//! The columns that the statement gives of each row, and their names.

use super::{
    Dialect, Keys, SqlOptions, names::Names, output_fields::OutputColumns, ranking::Ranked, scope::refuse,
    score::Score, steps::Column, syntax::Syntax, worth::Worth,
};
use crate::{Result, Scorecard, evaluate::Arithmetic};

/// Names of the columns that are added.
pub(super) struct GivenNames {
    points: Vec<String>,
    score: String,
    odds: String,
    probability: String,
    reasons: Vec<String>,
    inquiries: String,
    error: String,
    /// Of each output field; `None` of those that are not given.
    outputs: Vec<Option<String>>,
}

impl GivenNames {
    /// Claims the names beside those of the `keys`, which are taken.
    pub(super) fn claim(
        scorecard: &Scorecard,
        options: &SqlOptions,
        names: &mut Names,
        keys: &[Column],
    ) -> Result<Self> {
        let syntax = Syntax(options.dialect);
        let fields = if options.outputs { scorecard.output_fields.as_slice() } else { &[] };
        let outputs: Vec<&str> = fields.iter().filter(|field| !field.internal).map(|f| f.name.as_str()).collect();
        // An output field takes the place of a column of its name, as in the files that are scored.
        let in_place = |name: &str| outputs.iter().find(|output| output.eq_ignore_ascii_case(name));
        let mut claim = |name: &str| -> Result<String> {
            let name = format!("{}{name}", options.prefix);
            let wish = syntax.quoted(&name);
            if keys.iter().any(|key| key.name.eq_ignore_ascii_case(&wish)) {
                return Err(refuse(
                    syntax,
                    "keys",
                    format!("{wish} is a column that the statement adds; give its columns a prefix (`--prefix`)"),
                ));
            }
            Ok(names.claim("", &name, ""))
        };
        if let Some(output) = in_place("error") {
            return Err(refuse(
                syntax,
                &format!("output_fields[{output}]"),
                "`error` is the column that says why a row has no score; rename the output field, or leave output fields out (`--no-outputs`)",
            ));
        }
        let mut taken: Vec<(&str, String)> = Vec::new();
        let mut own = |name: &str| -> Result<String> {
            let Some(output) = in_place(name) else { return claim(name) };
            let column = claim(output)?;
            taken.push((output, column.clone()));
            Ok(column)
        };
        let ranks = usize::from(scorecard.reasons.at_most).min(scorecard.characteristics.len());
        // The fixed names first, so that a characteristic of an unlucky name cannot take them.
        let score = own("score")?;
        let odds = own("odds")?;
        let probability = own("probability_of_bad")?;
        let reasons = (1..=ranks).map(|rank| own(&format!("reason_{rank}"))).collect::<Result<_>>()?;
        let inquiries = own("reason_inquiries")?;
        let error = own("error")?;
        let characteristics = if options.points { scorecard.characteristics.as_slice() } else { &[] };
        let points = characteristics.iter().map(|c| own(&format!("points_{}", c.name))).collect::<Result<_>>()?;
        let outputs = fields.iter().map(|field| match taken.iter().find(|(output, _)| *output == field.name) {
            _ if field.internal => Ok(None),
            Some((_, column)) => Ok(Some(column.clone())),
            None => claim(&field.name).map(Some),
        });
        let outputs = outputs.collect::<Result<_>>()?;
        Ok(Self { points, score, odds, probability, reasons, inquiries, error, outputs })
    }
}

/// What the steps have found of each row.
pub(super) struct Found<'a> {
    pub(super) arithmetic: Arithmetic,
    pub(super) worths: &'a [Worth],
    pub(super) score: &'a Score,
    pub(super) ranked: Option<&'a Ranked>,
    pub(super) outputs: &'a OutputColumns,
}

/// The columns that are given: keys, points, score, odds, reasons, error, output fields.
pub(super) fn columns(options: &SqlOptions, keys: &[Column], names: GivenNames, found: &Found<'_>) -> Vec<Column> {
    let Found { arithmetic, worths, score, ranked, outputs } = *found;
    let syntax = Syntax(options.dialect);
    let error = outputs.error.as_str();
    // Whoever has an error by now had none when the score was computed.
    let sound = |value: &str| {
        if outputs.may_fail { format!("CASE WHEN {error} IS NULL THEN {value} END") } else { value.to_owned() }
    };
    let mut given: Vec<Column> = Vec::new();
    for (name, worth) in names.points.iter().zip(worths) {
        let points = match arithmetic {
            Arithmetic::Exact { decimals } => syntax.of_units(&worth.points.name, decimals),
            Arithmetic::Double => worth.points.name.clone(),
        };
        given.push(Column::new(name, format!("CASE WHEN {error} IS NULL THEN {points} END")));
    }
    given.push(Column::new(names.score, sound(&score.score)));
    if let Some(odds) = &score.odds {
        given.push(Column::new(names.odds, sound(odds)));
        let one = syntax.double(1.0);
        let probability = syntax.divide(&one, &format!("({})", syntax.add(&one, odds)));
        given.push(Column::new(names.probability, sound(&probability)));
    }
    if let Some(ranked) = ranked.filter(|_| options.reasons) {
        given.extend(names.reasons.iter().zip(&ranked.codes).map(|(name, code)| Column::new(name, sound(code))));
        given.extend(ranked.inquiries.iter().map(|code| Column::new(&names.inquiries, sound(code))));
    }
    given.push(Column::new(names.error, error));
    for (name, value) in names.outputs.into_iter().zip(&outputs.values) {
        let Some(name) = name else { continue };
        let column = Column::new(name, sound(value));
        match given.iter_mut().find(|own| own.name == column.name) {
            Some(own) => *own = column,
            None => given.push(column),
        }
    }
    let carried: Vec<Column> = match (&options.keys, keys) {
        (Keys::All, [row]) if options.dialect == Dialect::PostgreSql => {
            vec![Column::new("", format!("({}).*", row.name))]
        }
        (Keys::All, [row]) => vec![Column::new("", format!("{}.*", row.name))],
        _ => keys.iter().map(|key| Column::new(&key.name, &key.name)).collect(),
    };
    carried.into_iter().chain(given).collect()
}
