//! Answers in XML, as a tree that is asked by name.

use quick_xml::{Reader, events::Event};

/// Elements of an answer at most: a page of AWS has a few thousand.
const MOST: usize = 200_000;

/// An element: its text, or its children.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads an answer; says what is wrong with it.
    pub(crate) fn parse(answer: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(answer);
        let mut open = vec![Self::default()];
        let mut elements = 0;
        loop {
            match reader.read_event().map_err(|error| format!("no XML: {error}"))? {
                Event::Start(tag) => {
                    elements += 1;
                    if elements > MOST {
                        return Err(format!("more than {MOST} elements"));
                    }
                    let name = tag.local_name().as_ref().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::Text(text) => add(&mut open, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let named = reference.xml10_content();
                    let found = match reference.resolve_char_ref() {
                        Ok(Some(one)) => Some(one.to_string()),
                        _ => quick_xml::escape::resolve_predefined_entity(&named).map(str::to_owned),
                    };
                    add(&mut open, &found.ok_or_else(|| format!("the unknown entity &{named};"))?);
                }
                Event::End(_) => {
                    if let Some(done) = open.pop()
                        && let Some(parent) = open.last_mut()
                    {
                        parent.children.push(done);
                    }
                }
                Event::Eof => {
                    let root = open.pop().filter(|_| open.is_empty());
                    let root = root.and_then(|mut document| document.children.pop());
                    return root.ok_or_else(|| "an answer that ends in its middle".to_owned());
                }
                _ => {}
            }
        }
    }

    /// The first element of a name, at any depth.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// The children of the first element of a name: the members of a list.
    pub(crate) fn list(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.find(name).into_iter().flat_map(|list| &list.children)
    }

    /// The text of a child, if it has some.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let child = self.children.iter().find(|child| child.name == name)?;
        Some(child.text.trim()).filter(|text| !text.is_empty())
    }

    /// Its own text.
    pub(crate) fn own_text(&self) -> &str {
        self.text.trim()
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_texts_are_found_by_name() {
        let answer =
            "<R xmlns=\"x\"><vpcSet><item><id>a&amp;b</id><tags/></item><item><id> c </id></item></vpcSet></R>";
        let read = Element::parse(answer).unwrap();
        let ids: Vec<_> = read.list("vpcSet").filter_map(|one| one.text("id")).collect();
        assert_eq!(ids, ["a&b", "c"]);
        assert_eq!(read.list("nothing").count(), 0);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for wrong in ["", "<a>", "<a><b></a>", "<a>&unknown;</a>", "no xml"] {
            assert!(Element::parse(wrong).is_err(), "{wrong}");
        }
    }
}
