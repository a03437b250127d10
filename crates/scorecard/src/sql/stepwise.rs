//! Ranked reasons by two steps a rank: the most points lost among those not yet named, and the first characteristic that lost
//! so many. Each step writes every characteristic once, so that the statement grows with their number, not its square.

use super::{
    lost::Lost,
    names::Names,
    ranking::Ranking,
    scope::Scope,
    steps::{Column, Steps},
    worth::Worth,
};
use crate::evaluate::Arithmetic;

/// Adds the steps; the code of each rank.
pub(super) fn codes(ranking: &Ranking<'_>, names: &mut Names, steps: &mut Steps) -> Vec<String> {
    let Ranking { scope, lost, ranks, error, .. } = *ranking;
    let none = if ranking.arithmetic == Arithmetic::Double { scope.syntax.double(-1.0) } else { "-1".into() };
    let lost = add_points_lost(lost, if ranking.zero_counts { ">=" } else { ">" }, &none, names, steps);
    steps.keep_apart();
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
    codes
}

/// The step of points lost: of each code its place, its characteristic and its column.
fn add_points_lost<'a>(
    lost: &'a [Lost<'a>],
    enough: &str,
    none: &str,
    names: &mut Names,
    steps: &mut Steps,
) -> Vec<(usize, &'a Worth, Column)> {
    let columns: Vec<(usize, &Worth, Column)> = lost
        .iter()
        .map(|lost| {
            let mut tests = lost.is_first();
            tests.push(format!("{} {enough} 0", lost.sum));
            let points = format!("CASE WHEN {} THEN {} ELSE {none} END", tests.join(" AND "), lost.sum);
            (lost.place, lost.worth, Column::new(names.claim("", &lost.worth.name, "__lost"), points))
        })
        .collect();
    let summed: Vec<Column> = columns.iter().map(|(_, _, column)| column.clone()).collect();
    let note = "points lost under each reason code, at its first characteristic; -1 where none";
    steps.add(names, "points_lost", note, &summed);
    columns
}

/// The greatest, a line each where they are long.
fn greatest(scope: &Scope, candidates: &[String]) -> String {
    let lines: Vec<String> = candidates.iter().map(|candidate| format!("\n      {candidate}")).collect();
    match candidates {
        [only] => only.clone(),
        _ => scope.syntax.greatest(&lines),
    }
}
