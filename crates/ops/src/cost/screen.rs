//! Estimates and differences for people: in a terminal, and as a comment on a pull request.

use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Estimate,
    difference::Difference,
    estimate::{Line, Range, Unpriced},
};
use crate::table::rows;

/// For a terminal.
pub(crate) fn as_table(estimate: &Estimate) -> String {
    let mut lines = rows(&["what", ">quantity", "unit", ">low", ">usual", ">high"]);
    let mut address = "";
    for line in &estimate.lines {
        if line.address != address {
            address = &line.address;
            lines.add(&[address]);
        }
        let [low, usual, high] = dollars(line.usd);
        lines.add(&[&format!("  {}", line.what), &quantity(line), &line.unit, &low, &usual, &high]);
    }
    let [low, usual, high] = dollars(estimate.total);
    lines.add(&["total", "", "", &low, &usual, &high]);
    let mut text = format!("{}\n\n{lines}", heading(estimate));
    for (name, sums) in parts(estimate) {
        let mut table = rows(&[name, ">low", ">usual", ">high"]);
        for (part, sum) in sums {
            let [low, usual, high] = dollars(sum);
            table.add(&[&part, &low, &usual, &high]);
        }
        let _ = write!(text, "\n{table}");
    }
    if !estimate.not_priced.is_empty() {
        let _ = writeln!(text, "\nnot priced: these cost, or may, and are not in the sums");
        for (what, why, addresses) in gathered(estimate.not_priced.iter()) {
            let _ = writeln!(text, "  {what}: {why}\n    {}", addresses.join("\n    "));
        }
    }
    text
}

/// For a comment on a pull request.
pub(crate) fn as_markdown(estimate: &Estimate) -> String {
    let [low, usual, high] = dollars(estimate.total);
    let mut text = format!("{}: **{usual}** ({low} to {high})\n", heading(estimate));
    for (name, sums) in parts(estimate) {
        let _ = writeln!(text, "\n| {name} | low | usual | high |\n|---|--:|--:|--:|");
        for (part, sum) in sums {
            let [low, usual, high] = dollars(sum);
            let _ = writeln!(text, "| {} | {low} | {usual} | {high} |", cell(&part));
        }
    }
    not_priced_as_markdown(&mut text, "Not priced", estimate.not_priced.iter());
    text
}

/// What changes, for a terminal.
pub(crate) fn difference_as_table(difference: &Difference) -> String {
    let mut table = rows(&["resource", ">before", ">after", ">change"]);
    for change in &difference.changes {
        let sum = |range: Option<Range>| range.map_or("-".to_owned(), |range| dollar(range.usual));
        table.add(&[&change.address, &sum(change.before), &sum(change.after), &signed(change.change.usual)]);
    }
    let (before, after) = (dollar(difference.before.usual), dollar(difference.after.usual));
    table.add(&["total", &before, &after, &signed(difference.change.usual)]);
    let mut text = format!("USD a month, as usual; {}\n\n{table}", reach(difference));
    if !difference.newly_not_priced.is_empty() {
        let _ = writeln!(text, "\nnot priced, and not there before");
        for (what, why, addresses) in gathered(difference.newly_not_priced.iter()) {
            let _ = writeln!(text, "  {what}: {why}\n    {}", addresses.join("\n    "));
        }
    }
    text
}

/// What changes, for a comment on a pull request.
pub(crate) fn difference_as_markdown(difference: &Difference) -> String {
    let change = signed(difference.change.usual);
    let mut text = format!("Change a month, USD: **{change}**; {}\n", reach(difference));
    if !difference.changes.is_empty() {
        text.push_str("\n| resource | before | after | change |\n|---|--:|--:|--:|\n");
        for change in &difference.changes {
            let sum = |range: Option<Range>| range.map_or("-".to_owned(), |range| dollar(range.usual));
            let (before, after, change_usd) = (sum(change.before), sum(change.after), signed(change.change.usual));
            let _ = writeln!(text, "| {} | {before} | {after} | {change_usd} |", cell(&change.address));
        }
    }
    not_priced_as_markdown(&mut text, "Not priced, and not there before", difference.newly_not_priced.iter());
    text
}

fn reach(difference: &Difference) -> String {
    let [low, _, high] = dollars(difference.after);
    format!("after: {} ({low} to {high})", dollar(difference.after.usual))
}

fn heading(estimate: &Estimate) -> String {
    let dates = || estimate.lines.iter().map(|line| line.read.as_str());
    let read = match (dates().min(), dates().max()) {
        (Some(first), Some(last)) if first != last => format!("; prices read {first} to {last}"),
        (Some(once), _) => format!("; prices read {once}"),
        _ => String::new(),
    };
    format!("USD a month in {}, 730 hours, before tax{read}", estimate.region)
}

type Sums = Vec<(String, Range)>;

fn parts(estimate: &Estimate) -> [(&'static str, Sums); 2] {
    let services = estimate.by_service.iter().map(|(name, sum)| ((*name).to_owned(), *sum)).collect();
    let modules = estimate.by_module.iter().map(|(name, sum)| (name.clone(), *sum)).collect();
    [("module", modules), ("service", services)]
}

/// The same thing of many resources, said once.
fn gathered<'a>(all: impl Iterator<Item = &'a Unpriced>) -> Vec<(&'a str, &'a str, Vec<&'a str>)> {
    let mut groups: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|(what, why, _)| *what == one.what && *why == one.why) {
            Some((_, _, addresses)) => addresses.push(&one.address),
            None => groups.push((&one.what, &one.why, vec![&one.address])),
        }
    }
    groups
}

fn not_priced_as_markdown<'a>(text: &mut String, title: &str, all: impl Iterator<Item = &'a Unpriced>) {
    let groups = gathered(all);
    if groups.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n<details><summary>{title}</summary>\n");
    for (what, why, addresses) in groups {
        let names: Vec<String> = addresses.iter().map(|address| format!("`{address}`")).collect();
        let _ = writeln!(text, "- {what}: {why}: {}", names.join(", "));
    }
    text.push_str("\n</details>\n");
}

/// A cell of a Markdown table: what would end it or begin a format is kept from doing so.
fn cell(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}

fn dollars(range: Range) -> [String; 3] {
    [range.low, range.usual, range.high].map(dollar)
}

fn dollar(amount: Decimal) -> String {
    format!("{:.2}", amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

fn signed(amount: Decimal) -> String {
    let text = dollar(amount);
    if amount.is_sign_positive() && !amount.is_zero() { format!("+{text}") } else { text }
}

fn quantity(line: &Line) -> String {
    let number = |number: Decimal| number.round_dp(3).normalize().to_string();
    let Range { low, usual, high } = line.quantity;
    if low == high { number(usual) } else { format!("{} to {}", number(low), number(high)) }
}
