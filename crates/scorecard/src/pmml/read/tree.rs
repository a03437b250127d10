//! From the text of a document to a tree of elements, within limits.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::element::Element;
use crate::{Error, Result};

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 200;
/// Most elements of a document.
const MAX_ELEMENTS: usize = 2_000_000;
/// Longest value of an attribute, in bytes.
const MAX_ATTRIBUTE: usize = 1 << 20;
/// Most attributes of an element.
const MAX_ATTRIBUTES: usize = 256;

/// Reads the document's one root element.
pub(super) fn parse(text: &str) -> Result<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = false;
    let mut builder = Builder { text, position: 0, line: 1, open: Vec::new(), elements: 0, root: None };
    loop {
        let start = position(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let line = builder.line_at(position(reader.error_position()).max(start));
            builder.error_at(line, format!("not well-formed XML: {error}"))
        })?;
        let line = builder.line_at(start);
        match event {
            Event::Start(tag) => {
                let element = builder.element(&tag, line)?;
                builder.open.push(element);
            }
            Event::Empty(tag) => {
                let element = builder.element(&tag, line)?;
                builder.close(element);
            }
            Event::End(_) => {
                if let Some(element) = builder.open.pop() {
                    builder.close(element);
                }
            }
            Event::Text(content) => builder.text(&content.xml10_content(), line)?,
            Event::CData(content) => builder.text(&content.xml10_content(), line)?,
            Event::GeneralRef(reference) => {
                let found = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    Ok(None) => {
                        quick_xml::escape::resolve_predefined_entity(&reference.xml10_content()).map(Into::into)
                    }
                    Err(_) => None,
                };
                let name = reference.xml10_content();
                let found = found.ok_or_else(|| builder.error_at(line, unknown_entity(&name)))?;
                builder.text(&found, line)?;
            }
            Event::DocType(_) => {
                return Err(builder.error_at(
                    line,
                    "document type declarations and external entities are refused; remove the <!DOCTYPE …>".into(),
                ));
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => return builder.finish(),
        }
    }
}

/// Offsets within a text in memory fit.
fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn unknown_entity(name: &str) -> String {
    let name: String = name.chars().take(40).collect();
    format!("unknown entity `&{name};`; only the five of XML itself and character references are read")
}

struct Builder<'t> {
    text: &'t str,
    /// Up to where lines have been counted.
    position: usize,
    line: usize,
    open: Vec<Element>,
    elements: usize,
    root: Option<Element>,
}

impl Builder<'_> {
    /// The line of an offset that is not before the last one asked for.
    fn line_at(&mut self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        if let Some(passed) = self.text.as_bytes().get(self.position..offset) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count();
            self.position = offset;
        }
        self.line
    }

    fn error_at(&self, line: usize, problem: String) -> Error {
        let element = self.open.last().map_or("document", |element| element.name.as_str());
        Error::Pmml { line, element: element.to_owned(), problem }
    }

    fn element(&mut self, tag: &BytesStart<'_>, line: usize) -> Result<Element> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(self.error_at(line, format!("more than {MAX_ELEMENTS} elements; split the document")));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error_at(line, format!("elements nest deeper than {MAX_DEPTH}; flatten the document")));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.error_at(line, "a second root element; keep one <PMML>".into()));
        }
        let mut element = Element::new(tag.name().as_ref(), line);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| element.error(format!("not well-formed XML: {error}")))?;
            let name = attribute.key.as_ref();
            if attribute.value.len() > MAX_ATTRIBUTE {
                let length = attribute.value.len();
                return Err(element
                    .error(format!("the value of `{name}` is {length} bytes long; the limit is {MAX_ATTRIBUTE}")));
            }
            if element.attributes.len() >= MAX_ATTRIBUTES {
                return Err(element.error(format!("more than {MAX_ATTRIBUTES} attributes")));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| element.error(format!("the value of `{name}` cannot be read: {error}")))?;
            element.attributes.push((name.to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str, line: usize) -> Result<()> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.error_at(line, "text outside the root element".into())),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element> {
        if let Some(open) = self.open.last() {
            return Err(open.error("is never closed; the document may be cut short"));
        }
        let line = self.line;
        self.root.ok_or(Error::Pmml {
            line,
            element: "document".into(),
            problem: "no element at all; a PMML document holds one <PMML>".into(),
        })
    }
}
