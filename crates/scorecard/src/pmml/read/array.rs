//! `<Array>`: values separated by blanks, those with blanks of their own in quotes.

use super::element::{Element, excerpt};
use crate::Result;

/// The values of an array, as texts. Within quotes `\"` is a quote.
pub(super) fn read(array: &Element) -> Result<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = array.text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let (value, after) = quoted(rest.get(1..).unwrap_or_default())
                .ok_or_else(|| array.error(format!("a quote is never closed: {}", excerpt(rest))))?;
            values.push(value);
            rest = after.trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (value, after) = rest.split_at(end);
            values.push(value.to_owned());
            rest = after.trim_start();
        }
    }
    match array.attribute("n").map(|n| n.trim().parse::<usize>()) {
        None => Ok(values),
        Some(Ok(n)) if n == values.len() => Ok(values),
        Some(_) => Err(array.error(format!(
            "n=\"{}\" but {} values are inside; correct the one or the other",
            excerpt(array.attribute("n").unwrap_or_default()),
            values.len()
        ))),
    }
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' if text.get(index + 1..).is_some_and(|after| after.starts_with('"')) => {
                value.push('"');
                characters.next();
            }
            '"' => return Some((value, text.get(index + 1..)?)),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, n: Option<&str>) -> Result<Vec<String>> {
        let mut array = Element::new("Array", 7);
        array.text = text.into();
        array.attributes.extend(n.map(|n| ("n".into(), n.into())));
        read(&array)
    }

    #[test]
    fn blanks_separate_and_quotes_hold_together() {
        assert_eq!(
            values(" a  b\n\"c d\" \"e \\\" f\" \"\" g\\h ", Some("6")).unwrap(),
            ["a", "b", "c d", "e \" f", "", "g\\h"]
        );
    }

    #[test]
    fn open_quotes_and_wrong_counts_are_refused() {
        assert!(values("a \"b", None).unwrap_err().to_string().contains("line 7"));
        assert!(values("a b", Some("3")).unwrap_err().to_string().contains("2 values"));
    }
}
