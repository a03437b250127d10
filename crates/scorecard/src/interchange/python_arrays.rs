//! Lists of categories as Python prints them: NumPy's `['a' 'b']`, a list's `['a', 'b']`, pandas' `<StringArray>`.
//!
//! NumPy and lists quote as Python's `repr` does, so that every text can be told. pandas quotes without escapes: a text
//! that holds `', '` cannot be told from two, which the length that pandas prints gives away.

use crate::Literal;

/// The items of a printed list; an error says what cannot be read and what to do.
pub(super) fn parse(text: &str) -> Result<Vec<Literal>, String> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('<') {
        let (_, list) = rest.split_once('>').ok_or("the list begins with `<` and no `>` follows")?;
        return pandas(list.trim());
    }
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let mut rest = inner.ok_or_else(|| format!("`{}` is no list of categories in brackets", excerpt(text)))?;
    let mut items = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            return Ok(items);
        }
        let (item, after) = item(rest)?;
        items.extend(item);
        rest = after;
    }
}

/// One item and what follows it; an item that means "no value" is passed over, since no category equals it.
fn item(text: &str) -> Result<(Option<Literal>, &str), String> {
    if text.starts_with(['\'', '"']) {
        let (quoted, rest) = quoted(text)?;
        return Ok((Some(Literal::Text(quoted)), rest));
    }
    // NumPy 2 prints scalars within lists as `np.str_('a')` and `np.int64(1)`.
    if let Some((name, rest)) = text.split_once('(')
        && name.starts_with("np.")
        && !rest.starts_with("np.")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
    {
        let (inner, rest) = item(rest)?;
        return rest.strip_prefix(')').map(|rest| (inner, rest)).ok_or_else(|| format!("`{name}(` is not closed"));
    }
    let end = text.find(|c: char| c.is_whitespace() || ",)".contains(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let item = match word {
        "..." => return Err(shortened()),
        "nan" | "None" | "<NA>" => None,
        "True" => Some(Literal::Boolean(true)),
        "False" => Some(Literal::Boolean(false)),
        _ => match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Literal::Number(number)),
            _ => return Err(format!("`{}` is neither a quoted text nor a number", excerpt(word))),
        },
    };
    Ok((item, rest))
}

/// A Python string literal and what follows it.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('\'', |(_, quote)| quote);
    let mut value = String::new();
    while let Some((at, next)) = chars.next() {
        match next {
            _ if next == quote => return Ok((value, text.get(at + next.len_utf8()..).unwrap_or_default())),
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some(kind @ ('x' | 'u' | 'U')) => {
                    let digits = match kind {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let code: String = chars.by_ref().take(digits).map(|(_, digit)| digit).collect();
                    let escaped = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                    value.push(escaped.ok_or_else(|| format!("`\\{kind}{code}` is no character"))?);
                }
                Some(other) => value.push(other),
                None => break,
            },
            _ => value.push(next),
        }
    }
    Err(format!("the text {} has no closing quote", excerpt(text)))
}

/// pandas' form, from the bracket on: items without escapes, then `Length: n, dtype: …`.
fn pandas(text: &str) -> Result<Vec<Literal>, String> {
    let (list, length) =
        text.rsplit_once("Length: ").ok_or("pandas prints `Length:` after the list, and it is not there")?;
    let length: String = length.chars().take_while(char::is_ascii_digit).collect();
    let list = list.trim();
    let mut rest = list
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'))
        .ok_or_else(|| format!("`{}` is no list of categories in brackets", excerpt(list)))?
        .trim();
    let mut items = Vec::new();
    while !rest.is_empty() {
        if rest.starts_with('\'') || rest.starts_with('"') {
            let (text, after) = unescaped(rest)?;
            items.push(Literal::Text(text.into()));
            rest = after;
        } else {
            let (item, after) = item(rest)?;
            items.extend(item);
            rest = after;
        }
        rest = rest.trim_start().strip_prefix(',').unwrap_or(rest).trim_start();
    }
    if items.len().to_string() == length {
        Ok(items)
    } else {
        Err(format!(
            "the list says it holds {length} categories and {} can be read: a category holds quotes and commas that pandas does not mark; \
             give the bins as JSON beside the table (`--bins`)",
            items.len()
        ))
    }
}

/// A text in quotes that are not escaped within: it ends where a quote is followed by a comma or by the end.
fn unescaped(text: &str) -> Result<(&str, &str), String> {
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let body = text.get(1..).unwrap_or_default();
    body.match_indices(quote)
        .find_map(|(at, _)| {
            let after = body.get(at + 1..)?;
            let next = after.trim_start();
            (next.is_empty() || next.starts_with(',')).then(|| (body.get(..at).unwrap_or_default(), after))
        })
        .ok_or_else(|| format!("the text {} has no closing quote", excerpt(text)))
}

fn shortened() -> String {
    "the list of categories is shortened to `...`; give the bins as JSON beside the table (`--bins`)".into()
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let text_of = |literal| match literal {
            Literal::Text(text) => text,
            other => panic!("{other:?}"),
        };
        parse(text).unwrap().into_iter().map(text_of).collect()
    }

    #[test]
    fn numpy_arrays() {
        assert_eq!(texts("['a' 'b, c' \"men's\" 'say \"hi\"']"), ["a", "b, c", "men's", "say \"hi\""]);
        assert_eq!(
            texts(
                r#"['both \' and "' '[x]' 'back\\slash' 'new\nline'
 '\xfc' '' 'nan' '...']"#
            ),
            ["both ' and \"", "[x]", "back\\slash", "new\nline", "ü", "", "nan", "..."]
        );
        assert_eq!(parse("[3 2]").unwrap(), [3.0.into(), 2.0.into()]);
        assert_eq!(parse("[1.5 2.  nan]").unwrap(), [1.5.into(), 2.0.into()]);
        assert_eq!(parse("[ True False]").unwrap(), [true.into(), false.into()]);
        assert!(parse("['c0' 'c1' ... 'c1499']").unwrap_err().contains("shortened"));
    }

    #[test]
    fn lists_and_scalars() {
        assert_eq!(texts("['a', 'b']"), ["a", "b"]);
        assert_eq!(texts("[np.str_('a'), np.str_('b')]"), ["a", "b"]);
        assert_eq!(parse("[np.int64(1), 2]").unwrap(), [1.0.into(), 2.0.into()]);
    }

    #[test]
    fn pandas_arrays() {
        assert_eq!(
            texts("<StringArray>\n[   'men's',\n 'say \"hi\"', 'a, b']\nLength: 3, dtype: str"),
            ["men's", "say \"hi\"", "a, b"]
        );
        assert_eq!(parse("<IntegerArray>\n[1, 2]\nLength: 2, dtype: Int64").unwrap(), [1.0.into(), 2.0.into()]);
        assert!(parse("<StringArray>\n['a', 'b']\nLength: 1, dtype: str").unwrap_err().contains("1 categories and 2"));
        assert!(parse("<StringArray>\n['a',\n ...\n 'b']\nLength: 150, dtype: str").unwrap_err().contains("shortened"));
    }

    #[test]
    fn what_is_no_list() {
        for text in ["", "[", "<", "<x>", "['a", "[a]", "['\\uD800']", "[np.str_('a']", "Length: 3"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
