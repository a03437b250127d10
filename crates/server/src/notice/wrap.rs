//! The plain-text letter in lines that any reader shows whole.

use textwrap::{Options, WordSeparator, WordSplitter};

/// The widest line, in columns.
const WIDTH: usize = 78;

/// Wraps long lines with a hanging indent for list items, takes trailing blanks away, and lets no more than one blank line
/// follow another. A word wider than a line (an address of a web site) stays whole where it is ASCII; other scripts may have
/// no blanks to break at.
pub(super) fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 16);
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if !blank {
                wrapped.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        let indent = " ".repeat(hanging(line));
        let options = Options::new(WIDTH)
            .subsequent_indent(&indent)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(!line.is_ascii());
        for part in textwrap::wrap(line, options) {
            wrapped.push_str(part.trim_end());
            wrapped.push('\n');
        }
    }
    while wrapped.ends_with("\n\n") {
        wrapped.pop();
    }
    wrapped
}

/// Where the lines after the first begin: under the text of a list item (`  1. `, `- `), else under the first.
fn hanging(line: &str) -> usize {
    let text = line.trim_start_matches(' ');
    let blanks = line.len() - text.len();
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = if (1..=2).contains(&number) && text.get(number..).is_some_and(|rest| rest.starts_with(". ")) {
        number + 2
    } else if text.starts_with("- ") {
        2
    } else {
        0
    };
    (blanks + marker).min(WIDTH / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_hang() {
        let wrapped = wrapped(&format!("  1. {}", "word ".repeat(30)));
        let lines: Vec<&str> = wrapped.lines().collect();
        assert!(lines.len() > 1 && lines[1].starts_with("     word"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH && !line.ends_with(' ')));
    }

    #[test]
    fn one_blank_line_is_enough_and_none_at_the_ends() {
        assert_eq!(wrapped("\n\na\n\n\n  \nb  \n\n"), "a\n\nb\n");
    }

    #[test]
    fn addresses_of_web_sites_stay_whole() {
        let url = format!("https://example.com/{}", "x".repeat(90));
        assert!(wrapped(&format!("See {url} today")).lines().any(|line| line == url));
    }

    #[test]
    fn wide_scripts_without_blanks_wrap() {
        let wrapped = wrapped(&"信用".repeat(60));
        assert!(wrapped.lines().all(|line| textwrap::core::display_width(line) <= WIDTH));
        assert_eq!(wrapped.replace('\n', ""), "信用".repeat(60));
    }
}
