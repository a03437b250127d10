//! Modules: each validated by itself and tested with a mock of the provider.

use std::{fs, path::Path};

use super::{Task, code, copy, folders, name_of, terraform::Root};
use crate::program::{Outcome, root};

/// One task a module, and one for each stack that has tests.
pub(super) fn tasks(only: Option<&str>) -> Outcome<Vec<Task>> {
    let mut tasks: Vec<Task> = Vec::new();
    for kind in ["modules", "stacks"] {
        for folder in folders(&code().join(kind))? {
            let name = name_of(&folder);
            if only.is_none_or(|only| only == name) && (kind == "modules" || has_tests(&folder)) {
                let title = format!("{} {name}", kind.trim_end_matches('s'));
                tasks.push((title, Box::new(move || one(kind, &name))));
            }
        }
    }
    Ok(tasks)
}

fn has_tests(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder.join("tests")) else { return false };
    entries.flatten().any(|entry| entry.path().to_string_lossy().ends_with(".tftest.hcl"))
}

/// Validates one and runs its tests, in a copy.
fn one(kind: &str, name: &str) -> Outcome {
    if !has_tests(&code().join(kind).join(name)) {
        return Err(format!("{kind}/{name} has no tests"));
    }
    let copied = root().join("target/infra/tests").join(format!("{kind}-{name}"));
    let _ = fs::remove_dir_all(&copied);
    copy(&code(), &copied)?;
    let region = [("AWS_REGION".to_owned(), super::emulators::REGION.to_owned())];
    let module = Root::at(copied.join(kind).join(name)).with(region);
    module.init(&["-backend=false"])?;
    module.run(&["validate"])?;
    let said = module.run(&["test"])?;
    if !said.contains("Success!") || said.contains("0 passed") {
        return Err(format!("nothing was tested:\n{said}"));
    }
    fs::remove_dir_all(&copied).map_err(|error| error.to_string())
}
