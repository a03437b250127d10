//! What refers to what: expressions of a plan's configuration, followed through variables and outputs of modules.
//!
//! Before a thing is made its ARN is not known, so that a service cannot be joined with its task definition by value. The
//! configuration says which expression stands where; what it leaves out are locals, where following ends.

use serde_json::Value;

use super::infrastructure::Resource;

/// Modules that are entered one within another before following ends: configurations do not go in circles, files may.
const DEEPEST: usize = 32;

/// What refers to what.
#[derive(Debug)]
pub(crate) struct References {
    configuration: Value,
}

/// A resource that is referred to, without its instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Names of the modules from the root, without instances.
    module: Vec<String>,
    kind: String,
    name: String,
}

impl Target {
    /// Whether a resource in a module is it.
    pub(crate) fn names(&self, module: &str, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name == name && self.module == steps(module)
    }
}

impl References {
    pub(crate) fn new(configuration: Value) -> Self {
        Self { configuration }
    }

    /// What an attribute of a resource refers to.
    pub(crate) fn of(&self, from: &Resource, attribute: &str) -> Vec<Target> {
        let module = steps(&from.module);
        let expression = self.module(&module).and_then(|config| {
            let resources = config.get("resources")?.as_array()?;
            let of = |one: &&Value| {
                one.get("type").and_then(Value::as_str) == Some(&from.kind)
                    && one.get("name").and_then(Value::as_str) == Some(&from.name)
            };
            resources.iter().find(of)?.get("expressions")?.get(attribute)
        });
        let mut targets = Vec::new();
        if let Some(expression) = expression {
            self.follow(&module, expression, &mut targets, 0);
        }
        targets
    }

    /// The configuration of a module.
    fn module(&self, path: &[String]) -> Option<&Value> {
        path.iter().try_fold(self.configuration.get("root_module")?, |config, name| {
            config.get("module_calls")?.get(name)?.get("module")
        })
    }

    fn follow(&self, module: &[String], expression: &Value, into: &mut Vec<Target>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match expression {
            Value::Array(parts) => parts.iter().for_each(|part| self.follow(module, part, into, depth + 1)),
            Value::Object(members) => match members.get("references").and_then(Value::as_array) {
                Some(references) => {
                    for reference in references.iter().filter_map(Value::as_str) {
                        self.refer(module, reference, into, depth);
                    }
                }
                None => members.values().for_each(|part| self.follow(module, part, into, depth + 1)),
            },
            _ => {}
        }
    }

    fn refer(&self, module: &[String], reference: &str, into: &mut Vec<Target>, depth: usize) {
        let bare = without_instances(reference);
        let mut words = bare.split('.');
        match (words.next(), words.next(), words.next()) {
            (Some("var"), Some(name), _) => {
                let Some((call, above)) = module.split_last() else { return };
                let given = self
                    .module(above)
                    .and_then(|config| config.get("module_calls")?.get(call)?.get("expressions")?.get(name));
                if let Some(given) = given {
                    self.follow(above, given, into, depth + 1);
                }
            }
            (Some("module"), Some(call), Some(output)) => {
                let inner: Vec<String> = module.iter().cloned().chain([call.to_owned()]).collect();
                let given =
                    self.module(&inner).and_then(|config| config.get("outputs")?.get(output)?.get("expression"));
                if let Some(given) = given {
                    self.follow(&inner, given, into, depth + 1);
                }
            }
            (Some("var" | "module" | "local" | "data" | "each" | "count" | "path" | "self" | "terraform"), ..) => {}
            (Some(kind), Some(name), _) => {
                let target = Target { module: module.to_vec(), kind: kind.to_owned(), name: name.to_owned() };
                if !into.contains(&target) {
                    into.push(target);
                }
            }
            _ => {}
        }
    }
}

/// `module.a["k"].module.b` as its names: a, b.
fn steps(address: &str) -> Vec<String> {
    let bare = without_instances(address);
    bare.split('.').skip(1).step_by(2).map(str::to_owned).collect()
}

/// An address without what stands in brackets; keys may hold dots.
fn without_instances(address: &str) -> String {
    let mut depth = 0_usize;
    let keep = |c: &char| {
        match c {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    address.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(steps(""), Vec::<String>::new());
        assert_eq!(steps("module.a[\"k.x\"].module.b[0]"), ["a", "b"]);
        assert_eq!(without_instances("aws_x.y[each.key].arn"), "aws_x.y.arn");
    }
}
