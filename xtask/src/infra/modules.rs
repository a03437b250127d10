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

fn wants_second_provider(folder: &Path) -> bool {
    fs::read_to_string(folder.join("versions.tf")).is_ok_and(|text| text.contains("configuration_aliases"))
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
    // By itself a module that is handed a second provider has none: a stand-in for the time of the look.
    let stand_in = copied.join(kind).join(name).join("stand-in.tf");
    if kind == "modules" && wants_second_provider(&code().join(kind).join(name)) {
        fs::write(&stand_in, "provider \"aws\" {\n  alias = \"us_east_1\"\n}\n").map_err(|error| error.to_string())?;
    }
    module.init(&["-backend=false"])?;
    module.run(&["validate"])?;
    let _ = fs::remove_file(&stand_in);
    let said = module.run(&["test"])?;
    if !said.contains("Success!") || said.contains("Success! 0 passed") {
        return Err(format!("nothing was tested:\n{said}"));
    }
    fs::remove_dir_all(&copied).map_err(|error| error.to_string())
}
