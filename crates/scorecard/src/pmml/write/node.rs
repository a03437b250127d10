//! XML that is being written: elements with attributes, children and text, indented by two blanks.

use std::borrow::Cow;

use super::untranslatable;
use crate::Result;

/// An element.
#[derive(Debug)]
pub(super) struct Node {
    name: Cow<'static, str>,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
    text: Option<String>,
}

impl Node {
    pub(super) fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), attributes: Vec::new(), children: Vec::new(), text: None }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    pub(super) fn with_some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(super) fn holding(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(super) fn holding_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// As [`Self::holding_all`], where making the children can fail.
    pub(super) fn holding_each(mut self, children: impl Iterator<Item = Result<Self>>) -> Result<Self> {
        for child in children {
            self.children.push(child?);
        }
        Ok(self)
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Whether nothing is inside.
    pub(super) fn is_empty(&self) -> bool {
        self.children.is_empty() && self.text.is_none()
    }

    /// The document of which this is the root.
    pub(super) fn render(&self) -> Result<String> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.render_into(&mut out, 0)?;
        Ok(out)
    }

    fn render_into(&self, out: &mut String, depth: usize) -> Result<()> {
        let indent = |out: &mut String| out.extend(std::iter::repeat_n("  ", depth));
        indent(out);
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, Place::Attribute, out).map_err(|c| self.forbidden(name, c))?;
            out.push('"');
        }
        if self.is_empty() {
            out.push_str("/>\n");
            return Ok(());
        }
        out.push('>');
        if let Some(text) = &self.text {
            escape(text, Place::Text, out).map_err(|c| self.forbidden("text", c))?;
        }
        if !self.children.is_empty() {
            out.push('\n');
            for child in &self.children {
                child.render_into(out, depth + 1)?;
            }
            indent(out);
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push_str(">\n");
        Ok(())
    }

    fn forbidden(&self, place: &str, character: char) -> crate::Error {
        untranslatable(
            &format!("<{} {place}>", self.name),
            format!(
                "XML has no way to say the character U+{:04X}; remove it from the model's texts",
                u32::from(character)
            ),
        )
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Attribute,
    Text,
}

/// Writes a text so that a parser gives it back; a character that XML 1.0 cannot hold is the error.
fn escape(text: &str, place: Place, out: &mut String) -> std::result::Result<(), char> {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if place == Place::Attribute => out.push_str("&quot;"),
            // A parser turns these into blanks within an attribute, and a carriage return into a line end anywhere.
            '\t' if place == Place::Attribute => out.push_str("&#9;"),
            '\n' if place == Place::Attribute => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => return Err(character),
            _ => out.push(character),
        }
    }
    Ok(())
}
