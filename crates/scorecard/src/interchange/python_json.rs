//! JSON as Python writes it: `NaN` and `Infinity` stand bare, and members keep their order.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

/// The same text with every bare `NaN`, `Infinity` and `-Infinity` as `null`, of the same length in lines.
pub(super) fn without_nan(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = false;
    while let Some(next) = rest.chars().next() {
        if quoted && next == '\\' {
            let end = rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
            plain.push_str(rest.get(..end).unwrap_or_default());
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        quoted ^= next == '"';
        let word = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| !quoted && rest.starts_with(word));
        match word {
            Some(word) => {
                plain.push_str("null");
                rest = rest.get(word.len()..).unwrap_or_default();
            }
            None => {
                plain.push(next);
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
            }
        }
    }
    plain
}

/// The members of an object in the order of the document, repeated names included.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members<T>(pub(super) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_nan_is_null_and_quoted_nan_stays() {
        assert_eq!(without_nan(r#"[NaN, -Infinity, "NaN \" NaN", 1]"#), r#"[null, null, "NaN \" NaN", 1]"#);
        assert_eq!(without_nan("\"\\"), "\"\\");
    }

    #[test]
    fn members_keep_their_order() {
        let members: Members<f64> = serde_json::from_str(r#"{"b": 1, "a": 2, "b": 3}"#).unwrap();
        assert_eq!(members.0, [("b".into(), 1.0), ("a".into(), 2.0), ("b".into(), 3.0)]);
    }
}
