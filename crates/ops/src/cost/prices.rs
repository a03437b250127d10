//! The price files: one a region, each row with its unit, its source's date and, where known, AWS's usage type.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The files that are built in.
const BUILT_IN: [(&str, &str); 2] = [
    ("us-east-1", include_str!("../../prices/us-east-1.json")),
    ("eu-west-2", include_str!("../../prices/eu-west-2.json")),
];

/// Prices of a region.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    region: String,
    rows: BTreeMap<String, Price>,
}

/// A row: what one unit costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    /// Which, as the rules ask for it.
    pub(crate) item: String,
    /// What one of it is.
    pub(crate) unit: String,
    /// USD.
    #[serde(with = "rust_decimal::serde::str")]
    pub(crate) usd: Decimal,
    /// When it was read, a year or a month.
    pub(crate) read: String,
    /// What AWS calls it on a bill, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) usage_type: Option<String>,
    /// What else to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    region: String,
    currency: String,
    #[serde(rename = "source")]
    _source: String,
    rows: Vec<Price>,
}

impl Prices {
    /// The built-in prices of a region.
    ///
    /// # Errors
    /// Where there are none.
    pub(crate) fn of_region(region: &str) -> Result<Self, Failure> {
        let found = BUILT_IN.iter().find(|(name, _)| *name == region);
        let names = BUILT_IN.map(|(name, _)| name).join(" and ");
        let (name, text) = found.ok_or_else(|| {
            Failure::input("prices", format!("there are none of {region}, only of {names}; name a file with --prices"))
        })?;
        Self::parse(name, text)
    }

    /// A price file.
    ///
    /// # Errors
    /// Where it is none, names a price twice or below nothing, or another currency.
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self, Failure> {
        let document: Document =
            serde_json::from_str(text).map_err(|error| Failure::input(place, format!("no price file: {error}")))?;
        if document.currency != "USD" {
            return Err(Failure::input(place, format!("prices are in {}; only USD is read", document.currency)));
        }
        let mut rows = BTreeMap::new();
        for row in document.rows {
            if row.usd.is_sign_negative() {
                return Err(Failure::input(place, format!("the price of {} is below nothing", row.item)));
            }
            if let Some(twice) = rows.insert(row.item.clone(), row) {
                return Err(Failure::input(place, format!("{} is priced twice", twice.item)));
            }
        }
        Ok(Self { region: document.region, rows })
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// The price of an item, by its whole name.
    pub(crate) fn of(&self, item: &str) -> Option<&Price> {
        self.rows.get(item)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn built_in_prices_are_read_and_name_their_date() {
        for (region, _) in BUILT_IN {
            let prices = Prices::of_region(region).unwrap();
            assert_eq!(prices.region(), region);
            assert!(prices.rows.values().all(|row| row.read.starts_with("202")), "{region}");
            // On-demand and Spot, ARM and x86 are told apart by whole names.
            assert_ne!(prices.of("fargate.arm.vcpu"), prices.of("fargate.x86.vcpu"));
            assert!(prices.of("fargate").is_none());
        }
    }

    #[test]
    fn a_wrong_file_is_refused() {
        let of = |currency: &str, rows: &str| {
            let text = format!(r#"{{"region":"r","currency":"{currency}","source":"s","rows":[{rows}]}}"#);
            Prices::parse("file", &text).map(drop).map_err(|error| error.to_string())
        };
        let row = r#"{"item":"a","unit":"u","usd":"1","read":"2026"}"#;
        assert!(of("USD", row).is_ok());
        assert!(of("EUR", row).unwrap_err().contains("EUR"));
        assert!(of("USD", &format!("{row},{row}")).unwrap_err().contains("twice"));
        assert!(of("USD", &row.replace("\"1\"", "\"-1\"")).unwrap_err().contains("below nothing"));
        assert!(of("USD", "1").unwrap_err().contains("no price file"));
        assert!(Prices::of_region("mars-1").unwrap_err().to_string().contains("--prices"));
    }
}
