//! Documents that other programs run: each read by the linter that knows its kind, and held to rules of the house.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    program::{Outcome, execute, root},
    setup,
};

/// Reads them all; needs no network once the linters are there.
pub(crate) fn run() -> Outcome {
    setup::documents()?;
    workflows()
}

/// Workflows: by actionlint, which asks ShellCheck about their scripts; by zizmor, for what strangers could do with them; and
/// by our own rules.
fn workflows() -> Outcome {
    let files = files()?;
    let mut faults = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        faults.extend(faults_of(&text).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    if !faults.is_empty() {
        return Err(format!("workflows: {}", faults.join("\nworkflows: ")));
    }
    execute(linter("actionlint")?.args(&files))?;
    execute(linter("zizmor")?.args(["--offline", "--quiet", "--no-progress"]).args(&files))
}

fn files() -> Outcome<Vec<PathBuf>> {
    let folder = root().join(".github/workflows");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

/// A linter of the environment that set-up installs.
fn linter(name: &str) -> Outcome<Command> {
    let mut command = Command::new(setup::python(setup::DOCUMENTS)?.with_file_name(name));
    command.current_dir(root());
    Ok(command)
}

/// What a workflow must not say: rights for all of it, an action that can be changed behind our back, keys of AWS that stay.
fn faults_of(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.lines().any(|line| line == "permissions: {}") {
        faults.push("say `permissions: {}` on top, and to each job what it needs".to_owned());
    }
    for (number, line) in (1..).zip(text.lines()) {
        let used = line.trim_start().trim_start_matches("- ").strip_prefix("uses:").map(str::trim);
        if let Some(action) = used.and_then(|action| action.split_whitespace().next()) {
            let pin = action.rsplit_once('@').map_or("", |(_, pin)| pin);
            if pin.len() != 40 || !pin.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                faults.push(format!("line {number}: pin {action} by its commit, 40 hexadecimal digits"));
            }
        }
        if line.contains("secrets.AWS_") || line.contains("aws-access-key-id") {
            faults.push(format!("line {number}: AWS is signed in to by OIDC, not with a key that stays"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflows_say_nothing_that_they_must_not() {
        let files = files().unwrap();
        assert!(files.len() > 4, "{files:?}");
        for file in files {
            assert_eq!(faults_of(&fs::read_to_string(&file).unwrap()), Vec::<String>::new(), "{}", file.display());
        }
    }

    #[test]
    fn each_fault_is_found() {
        let pinned = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0";
        let good = format!("permissions: {{}}\njobs:\n  - uses: {pinned}\n    uses: {pinned}\n");
        assert!(faults_of(&good).is_empty());
        for (bad, part) in [
            (good.replace("permissions: {}", "permissions:\n  contents: write"), "on top"),
            (good.replace("permissions: {}", "  permissions: {}"), "on top"),
            (good.replace("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "v5"), "line 3: pin"),
            (good.replace("@08c6903cd8c0fde910a37f88322edcfb5dd907a8", ""), "line 4: pin"),
            (format!("{good}    key: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}\n"), "OIDC"),
        ] {
            assert!(faults_of(&bad).join("\n").contains(part), "{bad}");
        }
    }
}
