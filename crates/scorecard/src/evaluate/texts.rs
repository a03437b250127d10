//! Texts looked up: a few through a perfect hash, many through a common one.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Texts up to which a perfect hash is sought.
const FEW: usize = 32;
/// Multipliers tried for one.
const TRIES: u64 = 1000;

/// An index for each of a set of texts, and one for any other.
#[derive(Debug)]
pub(crate) struct TextTable {
    texts: Texts,
    other: u32,
}

#[derive(Debug)]
enum Texts {
    Few(PerfectHash),
    Many(HashMap<Box<str>, u32, FixedState>),
}

/// Places of their own for some texts: whichever text is looked for, it can only stand in one.
#[derive(Debug)]
struct PerfectHash {
    multiplier: u64,
    /// Of the product, the upper bits that tell the place.
    shift: u32,
    /// Empty places hold the empty text with the index of any other.
    places: Box<[(Box<str>, u32)]>,
}

impl TextTable {
    /// A table of these texts; of equal ones the first counts.
    pub(crate) fn new<'a>(texts: impl Iterator<Item = (&'a str, u32)>, other: u32) -> Self {
        let mut all: HashMap<Box<str>, u32, FixedState> = HashMap::default();
        for (text, index) in texts {
            all.entry(text.into()).or_insert(index);
        }
        let perfect = if all.len() <= FEW { PerfectHash::of(&all, other) } else { None };
        Self { texts: perfect.map_or(Texts::Many(all), Texts::Few), other }
    }

    /// The index of a text.
    #[inline(always)]
    pub(crate) fn find(&self, text: &str) -> u32 {
        match &self.texts {
            Texts::Few(perfect) => match perfect.places.get(perfect.place(text.as_bytes())) {
                Some((known, index)) if **known == *text => *index,
                _ => self.other,
            },
            Texts::Many(all) => find_among_many(all, text).unwrap_or(self.other),
        }
    }
}

#[inline(never)]
fn find_among_many(all: &HashMap<Box<str>, u32, FixedState>, text: &str) -> Option<u32> {
    all.get(text).copied()
}

impl PerfectHash {
    /// `None` where no multiplier was found: texts with the same fingerprint have none.
    fn of(texts: &HashMap<Box<str>, u32, FixedState>, other: u32) -> Option<Self> {
        // With eight places a text, few multipliers are tried; two at least, so that the shift is below 64.
        let places = (texts.len() * 8).next_power_of_two().max(2);
        let shift = u64::BITS - places.ilog2();
        // Odd numbers from the golden ratio on: the same on every machine.
        let multiplier =
            (1..=TRIES).map(|attempt| attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1).find(|multiplier| {
                let mut taken = vec![false; places];
                texts.keys().all(|text| {
                    let place = place(text.as_bytes(), *multiplier, shift);
                    taken.get_mut(place).is_some_and(|taken| !std::mem::replace(taken, true))
                })
            })?;
        let mut held = vec![(Box::<str>::default(), other); places];
        for (text, index) in texts {
            if let Some(held) = held.get_mut(place(text.as_bytes(), multiplier, shift)) {
                *held = (text.clone(), *index);
            }
        }
        Some(Self { multiplier, shift, places: held.into() })
    }

    #[inline(always)]
    fn place(&self, text: &[u8]) -> usize {
        place(text, self.multiplier, self.shift)
    }
}

/// The upper bits of a multiple of a text's fingerprint.
#[inline(always)]
fn place(text: &[u8], multiplier: u64, shift: u32) -> usize {
    (fingerprint(text).wrapping_mul(multiplier) >> shift) as usize
}

/// Beginning, end and length of a text in one number.
#[inline(always)]
fn fingerprint(text: &[u8]) -> u64 {
    let half = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let (head, tail) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ if text.len() >= 4 => (half(text.first_chunk()), half(text.last_chunk())),
        _ => (text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
    };
    head ^ tail.rotate_left(29) ^ (text.len() as u64).rotate_left(58)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(texts: &[String]) -> TextTable {
        TextTable::new(texts.iter().map(String::as_str).zip(0..), 999)
    }

    proptest! {
        #[test]
        fn finds_what_a_search_finds(texts in prop::collection::vec("[ab]{0,20}", 0..60), more in "[ab]{0,20}") {
            let table = of(&texts);
            for text in texts.iter().chain([&more]) {
                let first = texts.iter().position(|known| known == text);
                prop_assert_eq!(table.find(text), first.map_or(999, |place| place as u32));
            }
        }
    }

    #[test]
    fn texts_alike_at_both_ends_are_told_apart() {
        let texts = ["12345678 one 12345678", "12345678 two 12345678"].map(String::from);
        let table = of(&texts);
        assert!(matches!(table.texts, Texts::Many(_)));
        assert_eq!([table.find(&texts[0]), table.find(&texts[1])], [0, 1]);
        let one = of(&texts[..1]);
        assert!(matches!(one.texts, Texts::Few(_)));
        assert_eq!([one.find(&texts[0]), one.find(&texts[1])], [0, 999]);
    }

    #[test]
    fn as_many_as_may_be_find_places() {
        let texts: Vec<String> = (0..FEW).map(|index| format!("category number {index}")).collect();
        let table = of(&texts);
        assert!(matches!(table.texts, Texts::Few(_)));
        assert!(texts.iter().zip(0..).all(|(text, index)| table.find(text) == index));
        assert_eq!(table.find(""), 999);
        assert_eq!(of(&[]).find("any"), 999);
    }
}
