//! How much is used where a plan cannot tell: stated defaults, and what a file says instead.

use rust_decimal::Decimal;
use toml::{Table, Value};

use crate::failure::Failure;

/// How much is used in a month: numbers by section and name.
#[derive(Debug, Clone)]
pub(crate) struct Usage(Table);

impl Usage {
    /// The file that is assumed.
    pub(crate) const DEFAULTS: &'static str = include_str!("usage.toml");

    /// The defaults with what a file says laid over them.
    ///
    /// # Errors
    /// Where the file is no TOML, names something that nobody asks for, or a number below nothing.
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self, Failure> {
        let mut usage = Self::default();
        let given: Table = toml::from_str(text).map_err(|error| Failure::input(place, error.to_string()))?;
        for (section, members) in given {
            let known = usage.0.get_mut(&section).and_then(Value::as_table_mut);
            let unknown =
                |name: &str| Failure::input(place, format!("there is no `{name}`; --show-usage lists what there is"));
            let known = known.ok_or_else(|| unknown(&section))?;
            let Value::Table(members) = members else {
                return Err(Failure::input(place, format!("`{section}` is a section: write [{section}]")));
            };
            for (name, value) in members {
                let full = format!("{section}.{name}");
                let place_of = known.get_mut(&name).ok_or_else(|| unknown(&full))?;
                if number(&value).is_none_or(|number| number.is_sign_negative()) {
                    return Err(Failure::input(
                        place,
                        format!("`{full}` is not what it can be: it is a number from 0 on"),
                    ));
                }
                *place_of = value;
            }
        }
        Ok(usage)
    }

    /// A number, by `section.name`.
    pub(crate) fn of(&self, name: &str) -> Decimal {
        let found = name.split_once('.').and_then(|(section, name)| self.0.get(section)?.get(name));
        found.and_then(number).unwrap_or_default()
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self(toml::from_str(Self::DEFAULTS).unwrap_or_default())
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Some(Decimal::from(*number)),
        // Through its text: 0.1 is 0.1 then.
        Value::Float(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_is_laid_over_the_defaults() {
        let usage = Usage::parse("file", "[lake]\nstorage_gb = 0.1\n").unwrap();
        assert_eq!(usage.of("lake.storage_gb"), Decimal::new(1, 1));
        assert_eq!(usage.of("lake.put_thousands"), Decimal::from(50));
    }

    #[test]
    fn what_nobody_asks_for_is_refused() {
        let said = |text: &str| Usage::parse("file", text).unwrap_err().to_string();
        assert!(said("[lake]\nstorage = 1").contains("lake.storage"));
        assert!(said("[sea]\nstorage = 1").contains("`sea`"));
        assert!(said("lake = 1").contains("[lake]"));
        assert!(said("[lake]\nstorage_gb = -1").contains("from 0 on"));
        assert!(said("[lake]\nstorage_gb = \"much\"").contains("from 0 on"));
        assert!(said("[lake").contains("file"));
    }
}
