//! What follows from the score alone, kept as text: there are far fewer scores than records.

use std::ops::Range;

use scorecard::Amount;

/// Scores that are kept at a time.
const SLOTS: usize = 1024;
/// Most text that is kept, in bytes.
const MOST: usize = 1 << 20;

/// Texts by score. Those of one table must be made by one layout.
#[derive(Debug)]
pub(crate) struct ScoreTexts {
    slots: Vec<Option<(Amount, Range<usize>)>>,
    text: Vec<u8>,
}

impl ScoreTexts {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; SLOTS], text: Vec::new() }
    }

    /// Adds what `make` adds for this score; exact scores are made once.
    #[inline]
    pub(crate) fn push(&mut self, out: &mut Vec<u8>, score: Amount, make: impl FnOnce(&mut Vec<u8>)) {
        let Amount::Exact { units, .. } = score else { return make(out) };
        // One scorecard's exact scores all have the same decimals.
        let slot = usize::try_from(units.rem_euclid(SLOTS as i64)).ok().and_then(|slot| self.slots.get_mut(slot));
        if let Some(Some((known, range))) = &slot
            && *known == score
        {
            return out.extend_from_slice(self.text.get(range.clone()).unwrap_or_default());
        }
        let start = out.len();
        make(out);
        let made = out.get(start..).unwrap_or_default();
        let end = self.text.len() + made.len();
        if let Some(slot) = slot
            && end <= MOST
        {
            *slot = Some((score, self.text.len()..end));
            self.text.extend_from_slice(made);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_score_has_its_own_text() {
        let mut texts = ScoreTexts::new();
        let mut out = Vec::new();
        let scores = [5, -1, 5 + SLOTS as i64, 5, -1, i64::MIN, i64::MAX];
        let mut made = 0;
        for units in scores {
            texts.push(&mut out, Amount::Exact { units, decimals: 0 }, |out| {
                made += 1;
                out.extend_from_slice(format!("{units};").as_bytes());
            });
        }
        texts.push(&mut out, Amount::Double(0.5), |out| out.extend_from_slice(b"half"));
        let expected: String = scores.iter().map(|units| format!("{units};")).collect();
        assert_eq!(String::from_utf8(out).unwrap(), expected + "half");
        assert_eq!(made, 6);
    }
}
