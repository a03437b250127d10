//! Regular expressions of `replace` and `matches`, in the syntax of Perl without look-around.

use regex::{Regex, RegexBuilder};

use super::{Problem, limit_text};

/// Largest compiled expression, in bytes.
const MAX_SIZE: usize = 1 << 20;

pub(crate) fn compile(pattern: &str) -> Result<Regex, Problem> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_SIZE)
        .build()
        .map_err(|error| format!("the pattern \"{pattern}\" is not a regular expression that is read: {error}"))
}

/// Every match replaced; `$1` to `$9` stand for groups and a backslash takes a sign's meaning away, as in XPath.
pub(super) fn replace(text: &str, pattern: &Regex, replacement: &str) -> Result<String, Problem> {
    let mut template = String::with_capacity(replacement.len());
    let mut groups = 0_usize;
    let mut characters = replacement.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('$') => template.push_str("$$"),
                other => template.extend(other),
            },
            '$' => match characters.next_if(char::is_ascii_digit) {
                Some(digit) => {
                    groups += 1;
                    template.push_str("${");
                    template.push(digit);
                    template.push('}');
                }
                None => template.push_str("$$"),
            },
            other => template.push(other),
        }
    }
    let (mut out, mut copied) = (String::new(), 0);
    for captures in pattern.captures_iter(text) {
        let found = captures.get_match();
        out.push_str(text.get(copied..found.start()).unwrap_or_default());
        // No group is longer than the whole match.
        limit_text(out.len() + template.len() + groups.saturating_mul(found.len()))?;
        captures.expand(&template, &mut out);
        copied = found.end();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_literal_signs() {
        let pattern = compile("(b)(c)?").unwrap();
        assert_eq!(replace("abcab", &pattern, "[$1x]").unwrap(), "a[bx]a[bx]");
        assert_eq!(replace("ab", &pattern, "\\$1 $ \\\\").unwrap(), "a$1 $ \\");
        assert!(compile("(").unwrap_err().contains("regular expression"));
        assert!(compile("(((a{1000}){1000}){1000})").is_err());
    }
}
