//! Whole numbers of a JSON body. JSON knows only numbers, and JSON Schema's `integer` takes `3.0` for three: clients whose
//! language has no integers write it so.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Reads a whole number, however it is written. For `#[serde(deserialize_with)]`.
///
/// # Errors
/// Where it is no whole number, or not one of `T`'s.
pub fn required<'de, T: TryFrom<u64>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    convert(deserializer.deserialize_any(Whole)?)
}

/// As [`required`], or nothing where it is null. With `#[serde(default)]` it may be left out.
///
/// # Errors
/// As [`required`].
pub fn optional<'de, T: TryFrom<u64>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(WholeOrNone)?.map(convert).transpose()
}

fn convert<T: TryFrom<u64>, E: Error>(number: u64) -> Result<T, E> {
    T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &"a smaller number"))
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, not below 0")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<u64, E> {
        // Up to 2^53 every whole number has one double of its own.
        const MOST: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && (0.0..=MOST).contains(&number) {
            return Ok(number as u64);
        }
        Err(E::invalid_value(Unexpected::Float(number), &self))
    }
}

struct WholeOrNone;

impl<'de> Visitor<'de> for WholeOrNone {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u64>, D::Error> {
        deserializer.deserialize_any(Whole).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Numbers {
        #[serde(deserialize_with = "super::required")]
        share: u8,
        #[serde(default, deserialize_with = "super::optional")]
        hours: Option<u32>,
    }

    #[test]
    fn three_is_three_however_it_is_written() {
        let read = |text: &str| serde_json::from_str::<Numbers>(text);
        for text in
            [r#"{"share": 3, "hours": 3}"#, r#"{"share": 3.0, "hours": 3.0}"#, r#"{"share": 3e0, "hours": 0.3e1}"#]
        {
            assert_eq!(read(text).expect(text), Numbers { share: 3, hours: Some(3) });
        }
        assert_eq!(read(r#"{"share": 0, "hours": null}"#).expect("no hours"), Numbers { share: 0, hours: None });
        for text in [
            r#"{"share": 3.5}"#,
            r#"{"share": -1}"#,
            r#"{"share": 256}"#,
            r#"{"share": 1e30}"#,
            r#"{"share": "3"}"#,
            r#"{"share": null}"#,
            "{}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
