//! Texts of a table that mean "missing", looked up cheaply.

use std::collections::HashSet;

use scorecard::{
    Literal, Scorecard,
    model::{Condition, Field},
};

/// The texts that mean "missing" in one column.
#[derive(Debug, Clone)]
pub(crate) struct MissingTexts {
    words: Vec<String>,
    /// Bit `n` is set where a word has `n` bytes; bit 63 speaks for all longer ones.
    lengths: u64,
    /// Whether one of them reads as a finite number.
    pub(crate) numbers: bool,
}

impl MissingTexts {
    /// No text means "missing".
    pub(crate) const NONE: Self = Self { words: Vec::new(), lengths: 0, numbers: false };

    fn new(words: Vec<String>) -> Self {
        let number = |word: &String| fast_float2::parse::<f64, _>(word).is_ok_and(f64::is_finite);
        Self { lengths: words.iter().fold(0, |all, word| all | bit(word)), numbers: words.iter().any(number), words }
    }

    /// Whether a text is one of them.
    #[inline]
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.lengths & bit(text) != 0 && self.words.iter().any(|word| word == text)
    }
}

fn bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// By field: the texts that mean "missing", less those that the scorecard knows as categories.
pub(crate) fn by_field(card: &Scorecard, texts: &[String]) -> Vec<MissingTexts> {
    let conditions = card.characteristics.iter().flat_map(|characteristic| {
        characteristic.attributes.iter().filter_map(|attribute| match &attribute.when {
            Condition::Values(literals) | Condition::Special(literals) => {
                Some((characteristic.field.as_str(), literals))
            }
            _ => None,
        })
    });
    let allowed = card.fields.iter().map(|field| (field.name.as_str(), &field.values));
    let mut named: HashSet<(&str, &str)> = HashSet::new();
    for (field, literals) in allowed.chain(conditions) {
        named.extend(literals.iter().filter_map(|literal| match literal {
            Literal::Text(text) if texts.contains(text) => Some((field, text.as_str())),
            _ => None,
        }));
    }
    let of = |field: &Field| {
        let own = texts.iter().filter(|text| !named.contains(&(field.name.as_str(), text.as_str())));
        MissingTexts::new(own.cloned().collect())
    };
    card.fields.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_length() {
        let long = "x".repeat(100);
        let missing = MissingTexts::new(vec![String::new(), "NA".into(), "-999".into(), long.clone()]);
        assert!(["", "NA", "-999", &long].iter().all(|word| missing.holds(word)) && missing.numbers);
        assert!(["N", "NB", "-99", &"y".repeat(100)].iter().all(|word| !missing.holds(word)));
        assert!(!MissingTexts::new(vec!["NaN".into(), "inf".into()]).numbers);
    }
}
