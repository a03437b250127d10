//! The document as a whole: version, header, and the one model that it holds.

use super::element::{Element, excerpt};
use crate::{Result, model::Provenance, pmml::extension};

const NAMESPACE: &str = "http://www.dmg.org/PMML-4_";

/// What may stand in a document beside its models.
const NOT_MODELS: [&str; 5] = ["Header", "MiningBuildTask", "DataDictionary", "TransformationDictionary", "Extension"];

/// The parts of a document that a scorecard needs.
#[derive(Debug)]
pub(super) struct Document<'d> {
    pub(super) header: Option<&'d Element>,
    pub(super) dictionary: &'d Element,
    pub(super) transformations: Option<&'d Element>,
    /// The `<Scorecard>`.
    pub(super) model: &'d Element,
}

impl<'d> Document<'d> {
    pub(super) fn open(root: &'d Element) -> Result<Self> {
        if root.name != "PMML" {
            return Err(root.error("not a PMML document; the root element of one is <PMML>"));
        }
        version(root)?;
        let models: Vec<&Element> =
            root.children.iter().filter(|child| !NOT_MODELS.contains(&child.name.as_str())).collect();
        let model = match models.as_slice() {
            [] => return Err(root.error("holds no model; a scorecard's document holds one <Scorecard>")),
            [model] => *model,
            [first, second, ..] => {
                return Err(second.error(format!(
                    "a second model, after <{}> on line {}; keep one model a document",
                    first.name, first.line
                )));
            }
        };
        if model.name != "Scorecard" {
            return Err(model.error(
                "this model is outside the Scorecard chapter, the one that is read; convert it to a <Scorecard>",
            ));
        }
        if model.boolean("isScorable")? == Some(false) {
            return Err(model.error("isScorable=\"false\": the document says that this model must not score"));
        }
        Ok(Self {
            header: root.child("Header"),
            dictionary: root.required_child("DataDictionary")?,
            transformations: root.child("TransformationDictionary"),
            model,
        })
    }

    /// The extension in which this crate keeps what the standard has no place for.
    pub(super) fn own_extension(&self) -> Option<&'d Element> {
        let own = |element: &&Element| {
            element.attribute("extender") == Some(extension::EXTENDER)
                && element.attribute("name") == Some(extension::NAME)
        };
        self.model.all("Extension").find(own)
    }

    /// What the model is for: the header's description.
    pub(super) fn description(&self) -> String {
        self.header.and_then(|header| header.attribute("description")).unwrap_or_default().to_owned()
    }

    pub(super) fn provenance(&self) -> Provenance {
        let Some(header) = self.header else { return Provenance::default() };
        let tool = header.child("Application").and_then(|application| {
            let name = application.attribute("name")?;
            Some(
                application.attribute("version").map_or_else(|| name.to_owned(), |version| format!("{name} {version}")),
            )
        });
        Provenance {
            author: header.attribute("copyright").filter(|text| !text.is_empty()).map(str::to_owned),
            created: header
                .child("Timestamp")
                .map(|stamp| stamp.text.trim().to_owned())
                .filter(|text| !text.is_empty()),
            tool,
            ..Provenance::default()
        }
    }
}

/// PMML 4.0 to 4.4, by the namespace where there is one, else by the version.
fn version(root: &Element) -> Result<()> {
    let declaration = if root.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", root.prefix) };
    let of_version = |text: &str| matches!(text.trim().get(..3), Some("4.0" | "4.1" | "4.2" | "4.3" | "4.4"));
    match (root.attribute(&declaration), root.attribute("version")) {
        (Some(namespace), _)
            if namespace.strip_prefix(NAMESPACE).is_some_and(|minor| matches!(minor, "0" | "1" | "2" | "3" | "4")) =>
        {
            Ok(())
        }
        (Some(namespace), _) => {
            Err(root
                .error(format!("the namespace `{}` is not of PMML 4.0 to 4.4 ({NAMESPACE}0 to 4)", excerpt(namespace))))
        }
        (None, Some(version)) if of_version(version) => Ok(()),
        (None, Some(version)) => {
            Err(root.error(format!("PMML {} is not read; versions 4.0 to 4.4 are", excerpt(version))))
        }
        (None, None) => Err(root.error("neither a namespace nor a version; PMML 4.0 to 4.4 are read")),
    }
}

/// The element within a model whose `name` is this one.
pub(super) fn named<'d>(within: &'d Element, name: &str) -> Option<&'d Element> {
    if name.is_empty() {
        return None;
    }
    within
        .children
        .iter()
        .find_map(|child| if child.attribute("name") == Some(name) { Some(child) } else { named(child, name) })
}
