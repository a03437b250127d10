//! What `terraform show -json` says of a plan or a state: resources with their values, and what refers to what.

use rust_decimal::Decimal;
use serde_json::Value;

use super::references::References;
use crate::failure::Failure;

/// A resource as it will be, or is.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    /// Its whole address.
    pub(crate) address: String,
    /// The address of the module it is in; empty for the root.
    pub(crate) module: String,
    /// Its type, such as `aws_ecs_service`.
    pub(crate) kind: String,
    /// Its name within the module, without an index.
    pub(crate) name: String,
    /// Its attributes; those not known before it is made are absent.
    pub(crate) values: Value,
}

/// Resources, and what refers to what.
#[derive(Debug)]
pub(crate) struct Infrastructure {
    resources: Vec<Resource>,
    references: References,
    region: Option<String>,
}

impl Infrastructure {
    /// Reads it.
    ///
    /// # Errors
    /// Where the text is neither a plan nor a state in JSON.
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self, Failure> {
        let help = "give it what `terraform show -json PLANFILE` or `terraform show -json` prints";
        let document: Value =
            serde_json::from_str(text).map_err(|error| Failure::input(place, format!("no JSON: {error}; {help}")))?;
        let values = ["/planned_values", "/values"].iter().find_map(|path| document.pointer(path));
        let root = values.and_then(|values| values.get("root_module"));
        let root = root.ok_or_else(|| Failure::input(place, format!("neither a plan nor a state; {help}")))?;
        let mut resources = Vec::new();
        collect(root, &mut resources);
        let references = References::new(document.get("configuration").cloned().unwrap_or_default());
        let region = region(&document, &resources);
        Ok(Self { resources, references, region })
    }

    /// The region, where it is named.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// All resources.
    pub(crate) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resources of a type.
    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The resources of a type that an attribute of a resource refers to, through whatever variables and outputs of modules.
    pub(crate) fn referred(&self, from: &Resource, attribute: &str, kind: &str) -> Vec<&Resource> {
        let targets = self.references.of(from, attribute);
        let index = instance(&from.address);
        let is_target = |resource: &&Resource| {
            resource.kind == kind && targets.iter().any(|target| target.names(&resource.module, kind, &resource.name))
        };
        let all: Vec<&Resource> = self.resources.iter().filter(is_target).collect();
        // Made by for_each or count side by side: each belongs to the one with its key.
        let same: Vec<&Resource> = all
            .iter()
            .copied()
            .filter(|resource| {
                index.is_some() && instance(&resource.address) == index && resource.module == from.module
            })
            .collect();
        if same.is_empty() { all } else { same }
    }
}

/// The key of a resource's own instance, such as `["api"]`.
fn instance(address: &str) -> Option<&str> {
    address.ends_with(']').then(|| address.rfind('[').and_then(|at| address.get(at..))).flatten()
}

fn collect(module: &Value, into: &mut Vec<Resource>) {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = text(module, "address");
    for resource in module.get("resources").and_then(Value::as_array).into_iter().flatten() {
        if resource.get("mode").and_then(Value::as_str) == Some("managed") {
            into.push(Resource {
                address: text(resource, "address"),
                module: path.clone(),
                kind: text(resource, "type"),
                name: text(resource, "name"),
                values: resource.get("values").cloned().unwrap_or_default(),
            });
        }
    }
    for child in module.get("child_modules").and_then(Value::as_array).into_iter().flatten() {
        collect(child, into);
    }
}

/// The region that the provider is set to, or that the names of what is there bear.
fn region(document: &Value, resources: &[Resource]) -> Option<String> {
    let providers = document.pointer("/configuration/provider_config").and_then(Value::as_object);
    let default = providers
        .into_iter()
        .flatten()
        .map(|(_, config)| config)
        .find(|config| config.get("name").and_then(Value::as_str) == Some("aws") && config.get("alias").is_none());
    let said = default.and_then(|config| config.pointer("/expressions/region"));
    let constant = said.and_then(|said| said.get("constant_value")).and_then(Value::as_str).map(str::to_owned);
    let variable = || {
        let name = said?.pointer("/references/0")?.as_str()?.strip_prefix("var.")?;
        document.get("variables")?.get(name)?.get("value")?.as_str().map(str::to_owned)
    };
    let named = || {
        let arns = resources.iter().filter_map(|resource| resource.values.get("arn").and_then(Value::as_str));
        let regions = arns.filter_map(|arn| arn.split(':').nth(3)).filter(|region| !region.is_empty());
        // Parts for CloudFront stand in us-east-1 wherever the rest is: the one that most bear.
        let mut counts = std::collections::BTreeMap::new();
        for region in regions {
            *counts.entry(region.to_owned()).or_insert(0_usize) += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(region, _)| region)
    };
    constant.or_else(variable).or_else(named)
}

impl Resource {
    /// A text of its attributes, by JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.values.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A number of its attributes; Terraform writes some as text.
    pub(crate) fn number(&self, pointer: &str) -> Option<Decimal> {
        match self.values.pointer(pointer)? {
            Value::Number(number) => number.to_string().parse().ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A switch of its attributes; off where absent.
    pub(crate) fn flag(&self, pointer: &str) -> bool {
        self.values.pointer(pointer).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The members of a list of its attributes; none where absent or not known.
    pub(crate) fn list(&self, pointer: &str) -> &[Value] {
        self.values.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}
