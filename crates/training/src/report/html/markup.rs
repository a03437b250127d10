//! Writing HTML and SVG so that nothing from the data can become markup.
//!
//! Element and attribute names, and raw markup, are `&'static str`: they come from this crate's source alone. Whatever else is
//! written is escaped, numbers included.

/// A document being written.
#[derive(Debug, Default)]
pub struct Markup {
    out: String,
}

impl Markup {
    /// The document.
    pub fn finish(self) -> String {
        self.out
    }

    /// Markup of our own.
    pub fn raw(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    /// Text, escaped for content and for quoted attributes alike.
    ///
    /// Characters that HTML forbids (controls) and those that would turn the reading direction of what follows become
    /// U+FFFD: a column's name must not be able to rearrange the sentence around it.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                '\n' | '\t' => self.out.push(c),
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' => {
                    self.out.push('\u{fffd}');
                }
                c if c.is_control() || (c as u32) & 0xfffe == 0xfffe => self.out.push('\u{fffd}'),
                c => self.out.push(c),
            }
        }
    }

    /// An element with what is inside.
    pub fn tag(&mut self, name: &'static str, attributes: &[(&'static str, &str)], inside: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        self.out.push('>');
        inside(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element that holds nothing but text.
    pub fn line(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.tag(name, attributes, |m| m.text(text));
    }

    /// Prose in which names stand between backticks: they become code.
    pub fn prose(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, name, after)) = rest
            .split_once('`')
            .and_then(|(before, rest)| rest.split_once('`').map(|(name, after)| (before, name, after)))
        {
            self.text(before);
            self.line("code", &[], name);
            rest = after;
        }
        self.text(rest);
    }

    /// A list of such prose.
    pub fn list(&mut self, class: &'static str, lines: &[String]) {
        self.tag("ul", &[("class", class)], |m| lines.iter().for_each(|line| m.tag("li", &[], |m| m.prose(line))));
    }

    /// An empty element of SVG.
    pub fn shape(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.open(name, attributes);
        self.out.push_str("/>");
    }

    fn open(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_between_backticks_become_code() {
        let mut m = Markup::default();
        m.prose("`a<b` and `c` but `d");
        assert_eq!(m.finish(), "<code>a&lt;b</code> and <code>c</code> but `d");
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let mut m = Markup::default();
        m.tag("p", &[("title", "\"><script>")], |m| m.text("a < b & 'c'\u{202e}\0\u{1b}"));
        assert_eq!(
            m.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">a &lt; b &amp; &#39;c&#39;\u{fffd}\u{fffd}\u{fffd}</p>"
        );
    }
}
