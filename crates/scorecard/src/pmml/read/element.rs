//! One element of a document: its attributes and children by name, and errors that say where it stands.

use crate::{Error, Result};

/// An element, its attributes in document order, its children and its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    /// Name without prefix.
    pub(super) name: String,
    /// Prefix of the name, empty where it has none.
    pub(super) prefix: String,
    /// Line of its opening tag, counted from 1.
    pub(super) line: usize,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The text directly inside, put together.
    pub(super) text: String,
}

impl Element {
    pub(super) fn new(qualified: &str, line: usize) -> Self {
        let (prefix, name) = qualified.split_once(':').unwrap_or(("", qualified));
        Self {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            line,
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
        }
    }

    /// An error at this element.
    pub(super) fn error(&self, problem: impl Into<String>) -> Error {
        Error::Pmml { line: self.line, element: self.name.clone(), problem: problem.into() }
    }

    /// The children that mean something: extensions are not read.
    pub(super) fn content(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(|child| child.name != "Extension")
    }

    pub(super) fn all<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn child(&self, name: &'static str) -> Option<&Element> {
        self.all(name).next()
    }

    /// The one child of this name.
    pub(super) fn required_child(&self, name: &'static str) -> Result<&Element> {
        self.child(name).ok_or_else(|| self.error(format!("no <{name}> inside; the standard requires one")))
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str> {
        self.attribute(name).ok_or_else(|| self.error(format!("no attribute `{name}`; the standard requires it")))
    }

    /// A finite number.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>> {
        self.attribute(name).map(|text| self.parse_number(name, text)).transpose()
    }

    pub(super) fn required_number(&self, name: &str) -> Result<f64> {
        self.parse_number(name, self.required(name)?)
    }

    fn parse_number(&self, name: &str, text: &str) -> Result<f64> {
        number(text).ok_or_else(|| self.error(format!("`{name}` is \"{}\", not a finite number", excerpt(text))))
    }

    /// `true`, `false`, `1` or `0`.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>> {
        let Some(text) = self.attribute(name) else { return Ok(None) };
        boolean(text)
            .map(Some)
            .ok_or_else(|| self.error(format!("`{name}` is \"{}\"; expected `true` or `false`", excerpt(text))))
    }

    /// One of the words that the standard lists for the attribute, as what it stands for.
    pub(super) fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.attribute(name) else { return Ok(None) };
        match words.iter().find(|(word, _)| *word == text.trim()) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                Err(self.error(format!("`{name}` is \"{}\"; expected one of: {}", excerpt(text), known.join(", "))))
            }
        }
    }
}

/// A finite number in XML's notation.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A truth value in XML's notation.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "TRUE" | "True" | "1" => Some(true),
        "false" | "FALSE" | "False" | "0" => Some(false),
        _ => None,
    }
}

/// A text as a message may show it.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
