//! Ranked reasons: the code that lost most, then the one that lost most of the rest, and so on.
//!
//! Two steps a rank: the most points lost among those not yet named, and the first characteristic that lost so many.
//! Each step writes every characteristic once, so that the statement grows with their number, not its square.

use super::{
    names::Names,
    scope::Scope,
    steps::{Column, Steps},
    worth::{Worth, constant},
};
use crate::{
    Result, Scorecard,
    evaluate::Arithmetic,
    model::{Direction, ReasonMode},
};

/// The reasons as columns of the statement.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The code of each rank.
    pub(super) codes: Vec<String>,
    /// The inquiries factor, where a characteristic counts inquiries.
    pub(super) inquiries: Option<String>,
}

/// How far apart two characteristics' codes are known to be.
enum Same {
    Always,
    Never,
    Where(String),
}

/// Whether two characteristics lose points under the same code.
fn same(a: &Worth, b: &Worth) -> Same {
    let shared = a.codes.iter().any(|code| b.codes.contains(code));
    match (shared, a.codes.len(), b.codes.len()) {
        (false, ..) => Same::Never,
        (true, 1, 1) => Same::Always,
        _ => Same::Where(format!("{} = {}", a.code, b.code)),
    }
}

/// Most characteristics that count inquiries.
const MAX_INQUIRIES: usize = 20;
/// Most ranks.
const MAX_RANKS: usize = 50;

/// Adds the steps that rank reasons. `error` is the column that says whether the row has an error.
pub(super) fn rank(
    scorecard: &Scorecard,
    scope: &Scope,
    names: &mut Names,
    steps: &mut Steps,
    worths: &[Worth],
    arithmetic: Arithmetic,
    error: &str,
) -> Result<Ranked> {
    let rules = &scorecard.reasons;
    let mut differences = Vec::with_capacity(worths.len());
    for (characteristic, worth) in scorecard.characteristics.iter().zip(worths) {
        let Some(baseline) = characteristic.baselines.get(rules.method) else { continue };
        let baseline = constant(scope, baseline, arithmetic);
        let points = &worth.points.name;
        let (from, take) = match rules.direction {
            Direction::PointsBelow => (baseline.as_str(), points.as_str()),
            Direction::PointsAbove => (points.as_str(), baseline.as_str()),
        };
        let difference = match arithmetic {
            Arithmetic::Double => scope.syntax.subtract(from, take),
            Arithmetic::Exact { .. } => format!("{from} - {take}"),
        };
        let name = names.claim("", &worth.name, "__difference");
        differences.push((worth, Column::new(name, difference), characteristic.inquiries));
    }
    let columns: Vec<Column> = differences.iter().map(|(_, column, _)| column.clone()).collect();
    let note = format!("how far the points lie on the adverse side of the baseline ({})", rules.method);
    steps.add(names, "differences_from_baseline", &note, &columns);

    let none = if arithmetic == Arithmetic::Double { scope.syntax.double(-1.0) } else { "-1".into() };
    let enough = if rules.mode == ReasonMode::Pmml { ">=" } else { ">" };
    let lost = lost(scope, names, &differences, arithmetic, enough, &none);
    let summed: Vec<Column> = lost.iter().map(|(_, _, column)| column.clone()).collect();
    steps.add(
        names,
        "points_lost",
        "points lost under each reason code, at its first characteristic; -1 where none",
        &summed,
    );

    let ranks = usize::from(rules.at_most).min(lost.len());
    if ranks > MAX_RANKS {
        return Err(scope.refuse("reasons.at_most", format!("more than {MAX_RANKS} ranked reasons")));
    }
    let mut codes = Vec::with_capacity(ranks);
    let mut before: Option<(String, String)> = None;
    for rank in 1..=ranks {
        let most = names.claim("", &format!("reason_{rank}"), "__lost");
        let which = names.claim("", &format!("reason_{rank}"), "__at");
        let candidates: Vec<String> = lost
            .iter()
            .map(|(place, _, column)| match &before {
                None => column.name.clone(),
                Some((most, which)) => format!(
                    "CASE WHEN {lost} < {most} OR ({lost} = {most} AND {which} < {place}) THEN {lost} ELSE {none} END",
                    lost = column.name
                ),
            })
            .collect();
        let greatest = greatest(scope, &candidates);
        let greatest = match &before {
            None => format!("CASE WHEN {error} IS NULL THEN {greatest} ELSE {none} END"),
            Some(_) => greatest,
        };
        steps.add(
            names,
            &format!("most_lost_{rank}"),
            if rank == 1 { "the most points lost under one code" } else { "the most of what is left" },
            &[Column::new(&most, greatest)],
        );
        let tied = |place: &usize| match &before {
            None => String::new(),
            Some((previous, which)) => format!(" AND ({most} < {previous} OR {which} < {place})"),
        };
        let whens: String = lost
            .iter()
            .map(|(place, _, column)| format!("\n      WHEN {} = {most}{} THEN {place}", column.name, tied(place)))
            .collect();
        let place = format!("CASE\n      WHEN {most} < 0 THEN 0{whens}\n    END");
        steps.add(
            names,
            &format!("first_with_most_{rank}"),
            "the first characteristic that lost so many",
            &[Column::new(&which, place)],
        );
        let whens: String =
            lost.iter().map(|(place, worth, _)| format!("\n    WHEN {place} THEN {}", worth.code)).collect();
        codes.push(format!("CASE {which}{whens}\n  END"));
        before = Some((most, which));
    }
    let inquiries: Vec<(&Worth, &str)> = differences
        .iter()
        .filter(|(_, _, inquiries)| *inquiries)
        .map(|(worth, column, _)| (*worth, column.name.as_str()))
        .collect();
    if inquiries.len() > MAX_INQUIRIES {
        return Err(scope.refuse("characteristics", format!("more than {MAX_INQUIRIES} of them count inquiries")));
    }
    if inquiries.is_empty() {
        return Ok(Ranked { codes, inquiries: None });
    }
    // Ranks become columns, for the further factor to be compared with.
    let named: Vec<Column> = codes
        .iter()
        .enumerate()
        .map(|(index, code)| Column::new(names.claim("", &format!("reason_{}", index + 1), "__code"), code.clone()))
        .collect();
    steps.add(names, "ranked_codes", "the code of each rank", &named);
    let codes: Vec<String> = named.into_iter().map(|column| column.name).collect();
    let factor = names.claim("", "inquiries", "__code");
    let column = Column::new(&factor, inquiries_factor(&inquiries, error));
    steps.add(names, "inquiries_factor", "the inquiries characteristic that lost most", &[column]);
    let absent: Vec<String> = codes.iter().map(|code| format!("COALESCE({code} <> {factor}, TRUE)")).collect();
    let inquiries = format!("CASE WHEN {} THEN {factor} END", absent.join(" AND "));
    Ok(Ranked { codes, inquiries: Some(inquiries) })
}

/// Points lost under the code of each characteristic that is the first with it: the place, and the column.
fn lost<'a>(
    scope: &Scope,
    names: &mut Names,
    differences: &[(&'a Worth, Column, bool)],
    arithmetic: Arithmetic,
    enough: &str,
    none: &str,
) -> Vec<(usize, &'a Worth, Column)> {
    let zero = if arithmetic == Arithmetic::Double { scope.syntax.double(0.0) } else { "0".into() };
    let mut lost = Vec::with_capacity(differences.len());
    for (index, (worth, difference, _)) in differences.iter().enumerate() {
        let (earlier, rest) = differences.split_at(index);
        if earlier.iter().any(|(other, ..)| matches!(same(other, worth), Same::Always)) {
            // Counted at the first characteristic with the code.
            continue;
        }
        let not_first: Vec<String> = earlier
            .iter()
            .filter_map(|(other, ..)| match same(other, worth) {
                Same::Where(condition) => Some(condition),
                Same::Always | Same::Never => None,
            })
            .collect();
        let mut parts = vec![difference.name.clone()];
        for (other, column, _) in rest.iter().skip(1) {
            match same(worth, other) {
                Same::Never => {}
                Same::Always => parts.push(column.name.clone()),
                Same::Where(condition) => {
                    parts.push(format!("CASE WHEN {condition} THEN {} ELSE {zero} END", column.name));
                }
            }
        }
        let sum = match arithmetic {
            // In document order, as doubles must be.
            Arithmetic::Double => {
                parts.into_iter().reduce(|sum, part| scope.syntax.add(&sum, &part)).unwrap_or_default()
            }
            Arithmetic::Exact { .. } => super::scope::chain(&parts, " + "),
        };
        let mut tests: Vec<String> = not_first.iter().map(|condition| format!("NOT ({condition})")).collect();
        tests.push(format!("{sum} {enough} 0"));
        let name = names.claim("", &worth.name, "__lost");
        lost.push((
            index + 1,
            *worth,
            Column::new(name, format!("CASE WHEN {} THEN {sum} ELSE {none} END", tests.join(" AND "))),
        ));
    }
    lost
}

/// The greatest, a line each where they are long.
fn greatest(scope: &Scope, candidates: &[String]) -> String {
    let lines: Vec<String> = candidates.iter().map(|candidate| format!("\n      {candidate}")).collect();
    match candidates {
        [only] => only.clone(),
        _ => scope.syntax.greatest(&lines),
    }
}

fn inquiries_factor(inquiries: &[(&Worth, &str)], error: &str) -> String {
    let mut whens = String::new();
    for (index, (worth, lost)) in inquiries.iter().enumerate() {
        let others = inquiries.iter().enumerate().filter(|(other, _)| *other != index);
        let most: String = others.map(|(_, (_, other))| format!(" AND {lost} >= {other}")).collect();
        whens.push_str(&format!("\n      WHEN {lost} > 0{most} THEN {}", worth.code));
    }
    format!("CASE\n      WHEN {error} IS NOT NULL THEN NULL{whens}\n    END")
}
