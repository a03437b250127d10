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
    /// The document and one of its models: the one of this name, else the first that may score.
    pub(super) fn open(root: &'d Element, name: Option<&str>) -> Result<Self> {
        if root.name != "PMML" {
            return Err(root.error("not a PMML document; the root element of one is <PMML>"));
        }
        version(root)?;
        let models = root.children.iter().filter(|child| !NOT_MODELS.contains(&child.name.as_str()));
        let model = chosen(root, models.collect(), name)?;
        if model.name != "Scorecard" {
            return Err(model.error(
                "this model is outside the Scorecard chapter, the one that is read; convert it to a <Scorecard>",
            ));
        }
        if !scorable(model)? {
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

/// Which model is meant. Without a name it is the first (PMML 4.4.1, General Structure), models that are marked as not
/// to be used passed over.
fn chosen<'d>(root: &Element, models: Vec<&'d Element>, name: Option<&str>) -> Result<&'d Element> {
    let Some(first) = models.first() else {
        return Err(root.error("holds no model; a scorecard's document holds one <Scorecard>"));
    };
    let Some(name) = name else {
        let usable = models.iter().find(|model| scorable(model).unwrap_or(true));
        return Ok(usable.unwrap_or(first));
    };
    models.iter().find(|model| model.attribute("modelName") == Some(name)).copied().ok_or_else(|| {
        let names: Vec<String> =
            models.iter().take(20).map(|model| excerpt(model.attribute("modelName").unwrap_or("(no name)"))).collect();
        root.error(format!("there is no model `{}`; its models are: {}", excerpt(name), names.join(", ")))
    })
}

fn scorable(model: &Element) -> Result<bool> {
    Ok(model.boolean("isScorable")?.unwrap_or(true))
}

/// PMML 4.0 to 4.4: what is said of it, by the namespace, by the version or by both, must be one of these. That both say
/// the same is not asked, since tools that raise a document's version often leave the one or the other behind.
fn version(root: &Element) -> Result<()> {
    let declaration = if root.prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{}", root.prefix) };
    let namespace = root.attribute(&declaration).filter(|namespace| !namespace.trim().is_empty());
    let version = root.attribute("version");
    if let Some(namespace) = namespace.filter(|namespace| !is_pmml_4(namespace)) {
        return Err(
            root.error(format!("the namespace `{}` is not of PMML 4.0 to 4.4 ({NAMESPACE}0 to 4)", excerpt(namespace)))
        );
    }
    if let Some(version) = version.filter(|version| !is_version_4(version)) {
        return Err(root.error(format!("version=\"{}\" is not read; versions 4.0 to 4.4 are", excerpt(version))));
    }
    if namespace.is_none() && version.is_none() {
        return Err(root.error("neither a namespace nor a version; PMML 4.0 to 4.4 are read"));
    }
    Ok(())
}

/// `4.0` to `4.4`, or a correction of one of these, `4.4.1`.
fn is_version_4(version: &str) -> bool {
    let version = version.trim();
    let Some(rest) = ["4.0", "4.1", "4.2", "4.3", "4.4"].iter().find_map(|known| version.strip_prefix(known)) else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    rest.is_empty() || rest.strip_prefix('.').is_some_and(number)
}

/// The standard's namespaces have been printed with and without `www.`, `s` and a closing slash.
fn is_pmml_4(namespace: &str) -> bool {
    let name = namespace.trim().trim_end_matches('/');
    let name = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or_default();
    let name = name.strip_prefix("www.").unwrap_or(name);
    matches!(name.strip_prefix("dmg.org/PMML-4_"), Some("0" | "1" | "2" | "3" | "4"))
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
