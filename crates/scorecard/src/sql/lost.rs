//! Points lost under each reason code.

use super::{
    scope::{Scope, chain},
    steps::Column,
    worth::Worth,
};
use crate::evaluate::Arithmetic;

/// What is lost under the code of a characteristic that may be the first with it.
#[derive(Debug)]
pub(super) struct Lost<'a> {
    /// Place of the characteristic, counted from 1.
    pub(super) place: usize,
    pub(super) worth: &'a Worth,
    /// The points lost: units or a double, below zero where points were gained.
    pub(super) sum: String,
    /// Where one of these holds, an earlier characteristic has the code and counts it.
    pub(super) not_first: Vec<String>,
}

impl Lost<'_> {
    /// Tests that all hold where the code is counted here.
    pub(super) fn is_first(&self) -> Vec<String> {
        self.not_first.iter().map(|condition| format!("NOT ({condition})")).collect()
    }
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

/// The points lost under each code, in document order. `differences` are those of the characteristics, and whether they count
/// inquiries.
pub(super) fn lost<'a>(
    scope: &Scope,
    differences: &[(&'a Worth, Column, bool)],
    arithmetic: Arithmetic,
) -> Vec<Lost<'a>> {
    let zero = if arithmetic == Arithmetic::Double { scope.syntax.double(0.0) } else { "0".into() };
    let mut lost = Vec::with_capacity(differences.len());
    for (index, (worth, difference, _)) in differences.iter().enumerate() {
        let (earlier, rest) = differences.split_at(index);
        if earlier.iter().any(|(other, ..)| matches!(same(other, worth), Same::Always)) {
            // Counted at the first characteristic with the code.
            continue;
        }
        let not_first = earlier.iter().filter_map(|(other, ..)| match same(other, worth) {
            Same::Where(condition) => Some(condition),
            Same::Always | Same::Never => None,
        });
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
            Arithmetic::Exact { .. } => chain(&parts, " + "),
        };
        lost.push(Lost { place: index + 1, worth, sum, not_first: not_first.collect() });
    }
    lost
}
