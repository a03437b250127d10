//! The texts that a scorecard knows of its fields.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use crate::{
    Literal, Scorecard,
    model::{Condition, Predicate},
};

/// The texts that a scorecard knows of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownTexts {
    /// Its categories: allowed values, and those that attributes name.
    pub categories: HashSet<String>,
    /// Codes of it that mean "missing".
    pub missing: Vec<String>,
}

impl KnownTexts {
    /// One a field.
    #[must_use]
    pub fn by_field(card: &Scorecard) -> Vec<Self> {
        let mut by_name: HashMap<&str, Self> = HashMap::new();
        for field in &card.fields {
            let known = by_name.entry(&field.name).or_default();
            known.categories.extend(texts(&field.values));
            known.missing.extend(texts(&field.missing_values));
        }
        let mut add = |field: &str, literals: &[Literal]| {
            if let Some(known) = by_name.get_mut(field) {
                known.categories.extend(texts(literals));
            }
        };
        for characteristic in &card.characteristics {
            for attribute in &characteristic.attributes {
                match &attribute.when {
                    Condition::Values(literals) | Condition::Special(literals) => add(&characteristic.field, literals),
                    Condition::Predicate(predicate) => in_predicate(predicate, &mut add),
                    _ => {}
                }
            }
        }
        card.fields.iter().map(|field| by_name.get(field.name.as_str()).cloned().unwrap_or_default()).collect()
    }

    /// Other spellings of whole numbers and truth values among them, as other formats write them.
    pub(super) fn spellings(&self) -> HashMap<String, String, FixedState> {
        let is_known = |text: &str| self.categories.contains(text) || self.missing.iter().any(|known| known == text);
        let mut spellings = HashMap::default();
        // Sorted, so that of two candidates it is always the same that is taken.
        let mut known: Vec<&String> = self.categories.iter().chain(&self.missing).collect();
        known.sort_unstable();
        for text in known {
            for other in others(text).into_iter().filter(|other| !is_known(other)) {
                spellings.entry(other).or_insert_with(|| text.clone());
            }
        }
        spellings
    }
}

fn texts(literals: &[Literal]) -> impl Iterator<Item = String> {
    literals.iter().filter_map(|literal| match literal {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    })
}

fn in_predicate(predicate: &Predicate, add: &mut impl FnMut(&str, &[Literal])) {
    match predicate {
        Predicate::Compare { field, value, .. } => add(field, std::slice::from_ref(value)),
        Predicate::IsIn { field, values } | Predicate::IsNotIn { field, values } => add(field, values),
        Predicate::And(parts) | Predicate::Or(parts) | Predicate::Xor(parts) | Predicate::Surrogate(parts) => {
            parts.iter().for_each(|part| in_predicate(part, add));
        }
        Predicate::True | Predicate::False | Predicate::IsMissing(_) | Predicate::IsNotMissing(_) => {}
    }
}

/// How else a whole number or a truth value is written.
fn others(text: &str) -> Vec<String> {
    let truths = ["true", "false"].iter().find(|truth| text.eq_ignore_ascii_case(truth));
    if let Some(truth) = truths {
        let capital = truth.get(..1).unwrap_or_default().to_uppercase() + truth.get(1..).unwrap_or_default();
        return vec![(*truth).to_owned(), capital, truth.to_uppercase()];
    }
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let digits = whole.strip_prefix('-').unwrap_or(whole).as_bytes();
    match digits {
        [b'0'] | [b'1'..=b'9', ..] if digits.iter().all(u8::is_ascii_digit) => {
            if whole.len() < text.len() {
                vec![whole.to_owned()]
            } else {
                vec![format!("{text}.0")]
            }
        }
        _ => Vec::new(),
    }
}
