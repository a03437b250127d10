//! How often a term occurs in a text (PMML 4.4.1, Transformations, TextIndex).

use regex::Regex;

use super::{Problem, patterns};

/// Longest text or term, in bytes: the count takes their product.
const MAX_TEXT: usize = 1 << 16;
const MAX_TERM: usize = 1 << 10;

/// How occurrences are counted, as the arguments of the function say it.
pub(super) struct Counting<'a> {
    /// `termFrequency`, `binary` or `logarithmic`.
    pub(super) weights: &'a str,
    pub(super) case_sensitive: bool,
    /// Edits by which the words of an occurrence may differ from the term's, all together.
    pub(super) distance: usize,
    /// Whether only the occurrences of the least distance count.
    pub(super) best_hits: bool,
    /// What separates words.
    pub(super) separator: &'a str,
}

impl Counting<'_> {
    /// The weight of the term in the text.
    pub(super) fn weight(&self, text: &str, term: &str) -> Result<f64, Problem> {
        if text.len() > MAX_TEXT || term.len() > MAX_TERM {
            return Err(format!("the text or term is longer than {MAX_TEXT} or {MAX_TERM} bytes"));
        }
        let separator = patterns::compile(self.separator)?;
        let (text, term) = (self.words(text, &separator), self.words(term, &separator));
        let count = self.count(&text, &term) as f64;
        match self.weights {
            "termFrequency" => Ok(count),
            "binary" => Ok(count.min(1.0)),
            "logarithmic" => Ok(libm::log10(1.0 + count)),
            other => Err(format!("the weights `{other}` are not known")),
        }
    }

    /// Words without the punctuation around them.
    fn words(&self, text: &str, separator: &Regex) -> Vec<String> {
        let plain = |word: &str| {
            let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
            if self.case_sensitive { word.to_owned() } else { word.to_lowercase() }
        };
        separator.split(text).map(plain).filter(|word| !word.is_empty()).collect()
    }

    fn count(&self, text: &[String], term: &[String]) -> usize {
        if term.is_empty() {
            return 0;
        }
        let distances = text.windows(term.len()).filter_map(|words| {
            words.iter().zip(term).try_fold(0, |so_far, (word, wanted)| {
                let total = so_far + distance(word, wanted, self.distance - so_far)?;
                (total <= self.distance).then_some(total)
            })
        });
        let distances: Vec<usize> = distances.collect();
        let best = distances.iter().min();
        distances.iter().filter(|distance| !self.best_hits || Some(*distance) == best).count()
    }
}

/// Levenshtein's distance where it is at most `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    if limit == 0 {
        return (a == b).then_some(0);
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(row.first_mut()?, index + 1);
        let mut left = index + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str, term: &str, weights: &str, distance: usize, best_hits: bool) -> f64 {
        let counting = Counting { weights, case_sensitive: false, distance, best_hits, separator: "\\s+" };
        counting.weight(text, term).unwrap()
    }

    #[test]
    fn words_are_counted_whatever_their_case_and_punctuation() {
        let text = "The sun (and the Sun alone) rises; sunlight is no sun!";
        assert_eq!(weight(text, "sun", "termFrequency", 0, false), 3.0);
        assert_eq!(weight(text, "the sun", "termFrequency", 0, false), 2.0);
        assert_eq!(weight(text, "sun", "binary", 0, false), 1.0);
        assert_eq!(weight(text, "moon", "binary", 0, false), 0.0);
        assert!((weight(text, "sun", "logarithmic", 0, false) - 4_f64.log10()).abs() < 1e-15);
        assert_eq!(weight("", "sun", "termFrequency", 0, false), 0.0);
        assert_eq!(weight(text, "", "termFrequency", 0, false), 0.0);
    }

    #[test]
    fn near_words_count_within_the_distance() {
        assert_eq!(weight("sun son san sand", "sun", "termFrequency", 1, false), 3.0);
        assert_eq!(weight("sun son san sand", "sun", "termFrequency", 1, true), 1.0);
        assert_eq!(weight("kitten", "sitting", "termFrequency", 3, false), 1.0);
        assert_eq!(weight("kitten", "sitting", "termFrequency", 2, false), 0.0);
    }
}
