//! An estimate: lines with quantity and price, what was not priced, and totals.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Infrastructure, Prices, Usage, infrastructure::Resource, rules};

/// Hours of a month, as AWS's own calculator counts them.
pub(crate) const HOURS: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// From the least to the most, and what is usual: scaling makes the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Range {
    /// The least.
    pub(crate) low: Decimal,
    /// What is usual.
    pub(crate) usual: Decimal,
    /// The most.
    pub(crate) high: Decimal,
}

impl Range {
    /// The same at all times.
    pub(crate) fn fixed(number: impl Into<Decimal>) -> Self {
        let number = number.into();
        Self { low: number, usual: number, high: number }
    }

    /// Each of its three through a function.
    pub(crate) fn map(self, change: impl Fn(Decimal) -> Decimal) -> Self {
        Self { low: change(self.low), usual: change(self.usual), high: change(self.high) }
    }

    /// So many times.
    pub(crate) fn times(self, factor: Decimal) -> Self {
        self.map(|number| number * factor)
    }

    /// More by another.
    pub(crate) fn add(&mut self, other: Self) {
        self.low += other.low;
        self.usual += other.usual;
        self.high += other.high;
    }

    /// What it is more than another.
    pub(crate) fn less(self, other: Self) -> Self {
        Self { low: self.low - other.low, usual: self.usual - other.usual, high: self.high - other.high }
    }
}

/// So much of something at a price.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// The resource.
    pub(crate) address: String,
    /// The module it is in; `(root)` outside of all, `(usage)` for what all share.
    pub(crate) module: String,
    /// The service, as it is called on a bill.
    pub(crate) service: &'static str,
    /// What is paid for.
    pub(crate) what: String,
    /// How much of it a month.
    pub(crate) quantity: Range,
    /// What one of it is.
    pub(crate) unit: String,
    /// USD for one of it.
    pub(crate) price: Decimal,
    /// When the price was read.
    pub(crate) read: String,
    /// USD a month.
    pub(crate) usd: Range,
}

/// Something that costs, or may, and has no price here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Unpriced {
    /// The resource.
    pub(crate) address: String,
    /// What of it.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
}

/// An estimate.
#[derive(Debug, Serialize)]
pub(crate) struct Estimate {
    /// Of which region the prices are.
    pub(crate) region: String,
    /// USD a month.
    pub(crate) total: Range,
    /// USD a month by module.
    pub(crate) by_module: BTreeMap<String, Range>,
    /// USD a month by service.
    pub(crate) by_service: BTreeMap<&'static str, Range>,
    /// What it is made of.
    pub(crate) lines: Vec<Line>,
    /// What costs and is not in it.
    pub(crate) not_priced: BTreeSet<Unpriced>,
}

impl Estimate {
    /// Prices what is there.
    pub(crate) fn of(infrastructure: &Infrastructure, prices: &Prices, usage: &Usage) -> Self {
        let mut sheet = Sheet { prices, lines: Vec::new(), not_priced: BTreeSet::new() };
        rules::price(infrastructure, usage, &mut sheet);
        let mut estimate = Self {
            region: prices.region().to_owned(),
            total: Range::default(),
            by_module: BTreeMap::new(),
            by_service: BTreeMap::new(),
            lines: sheet.lines,
            not_priced: sheet.not_priced,
        };
        for line in &estimate.lines {
            estimate.total.add(line.usd);
            estimate.by_module.entry(line.module.clone()).or_default().add(line.usd);
            estimate.by_service.entry(line.service).or_default().add(line.usd);
        }
        estimate
    }
}

/// What rules write their lines on.
pub(crate) struct Sheet<'a> {
    prices: &'a Prices,
    lines: Vec<Line>,
    not_priced: BTreeSet<Unpriced>,
}

impl Sheet<'_> {
    /// So much of an item for a resource. Nothing of it makes no line; an item without a price is listed as not priced.
    pub(crate) fn charge(&mut self, of: &Resource, service: &'static str, item: &str, what: &str, quantity: Range) {
        let module = if of.module.is_empty() { "(root)" } else { &of.module };
        self.line(&of.address, module, service, (item, what), quantity);
    }

    /// So much of an item that all resources of a kind use together.
    pub(crate) fn charge_usage(&mut self, service: &'static str, item: &str, what: &str, quantity: Decimal) {
        self.line("(usage)", "(usage)", service, (item, what), Range::fixed(quantity));
    }

    fn line(
        &mut self,
        address: &str,
        module: &str,
        service: &'static str,
        (item, what): (&str, &str),
        quantity: Range,
    ) {
        if quantity.high.is_zero() {
            return;
        }
        let Some(price) = self.prices.of(item) else {
            let why = format!("no price of `{item}` in {}", self.prices.region());
            self.skip(address, what, why);
            return;
        };
        self.lines.push(Line {
            address: address.to_owned(),
            module: module.to_owned(),
            service,
            what: what.to_owned(),
            quantity,
            unit: price.unit.clone(),
            price: price.usd,
            read: price.read.clone(),
            usd: quantity.times(price.usd),
        });
    }

    /// Something that costs, or may, and cannot be priced.
    pub(crate) fn skip(&mut self, address: &str, what: impl Into<String>, why: impl Into<String>) {
        self.not_priced.insert(Unpriced { address: address.to_owned(), what: what.into(), why: why.into() });
    }
}
