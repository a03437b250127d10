//! Ranked reasons: the code that lost most, then the one that lost most of the rest, and so on.

use super::{
    lost::{Lost, lost},
    names::Names,
    scope::Scope,
    sorted,
    steps::{Column, Steps},
    stepwise,
    worth::{Worth, constant},
};
use crate::{
    Result, Scorecard,
    evaluate::Arithmetic,
    model::{Direction, ReasonMode},
};

/// What is to be ranked, and how.
pub(super) struct Ranking<'a> {
    pub(super) scope: &'a Scope,
    pub(super) arithmetic: Arithmetic,
    pub(super) lost: &'a [Lost<'a>],
    /// Whether losing nothing is a reason.
    pub(super) zero_counts: bool,
    /// So many reasons are named.
    pub(super) ranks: usize,
    /// The column that says whether the row has an error.
    pub(super) error: &'a str,
}

/// The reasons as columns of the statement.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The code of each rank.
    pub(super) codes: Vec<String>,
    /// The inquiries factor, where a characteristic counts inquiries.
    pub(super) inquiries: Option<String>,
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

    let lost = lost(scope, &differences, arithmetic);
    let ranks = usize::from(rules.at_most).min(lost.len());
    if ranks > MAX_RANKS {
        return Err(scope.refuse("reasons.at_most", format!("more than {MAX_RANKS} ranked reasons")));
    }
    let zero_counts = rules.mode == ReasonMode::Pmml;
    let ranking = Ranking { scope, arithmetic, lost: &lost, zero_counts, ranks, error };
    let codes = if sorted::serves(scorecard, &ranking) {
        sorted::codes(&ranking, names, steps)
    } else {
        stepwise::codes(&ranking, names, steps)
    };
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

fn inquiries_factor(inquiries: &[(&Worth, &str)], error: &str) -> String {
    let mut whens = String::new();
    for (index, (worth, lost)) in inquiries.iter().enumerate() {
        let others = inquiries.iter().enumerate().filter(|(other, _)| *other != index);
        let most: String = others.map(|(_, (_, other))| format!(" AND {lost} >= {other}")).collect();
        whens.push_str(&format!("\n      WHEN {lost} > 0{most} THEN {}", worth.code));
    }
    format!("CASE\n      WHEN {error} IS NOT NULL THEN NULL{whens}\n    END")
}
