//! The name that a misspelt one was probably meant to be.

/// The known name at the least edit distance, where that is small enough to be a slip.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 200;
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let scored = known.filter(|k| k.len() <= LONGEST).map(|k| (distance(&lower, &k.to_lowercase()), k));
    scored.min_by_key(|(distance, _)| *distance).filter(|(distance, k)| *distance <= 1 + k.len() / 4).map(|(_, k)| k)
}

/// Levenshtein's distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_and_nothing_far_fetched() {
        let known = ["duration", "credit_amount", "age"];
        assert_eq!(nearest("durration", known.into_iter()), Some("duration"));
        assert_eq!(nearest("Credit_Amount", known.into_iter()), Some("credit_amount"));
        assert_eq!(nearest("purpose", known.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
