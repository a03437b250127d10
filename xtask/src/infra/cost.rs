//! What a change costs: each profile planned as it is and as it was at a commit, both priced by `plimsoll-ops cost`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Task, all, code,
    emulated::{Emulated, profiles},
    folders, name_of, terraform,
};
use crate::{
    program::{Outcome, captured, operators_tool, root},
    setup,
};

/// Stacks that are planned at once, each with emulators of its own.
const AT_ONCE: usize = 2;
/// Lines of a plan's failure that are told.
const LINES: usize = 12;

/// Plans by profile, as JSON, or why there is none.
type Plans = Arc<Mutex<BTreeMap<String, Outcome<PathBuf>>>>;

/// Writes what changes from a commit to what is checked out, as Markdown.
pub(crate) fn run(since: &str, out: &Path) -> Outcome {
    let git = |words: &[&str]| captured(Command::new("git").args(words).current_dir(root()));
    let commit = git(&["rev-parse", "--verify", "--quiet", &format!("{since}^{{commit}}")])
        .map_err(|_| format!("{since} is no commit that is here; a shallow clone wants `git fetch --unshallow`"))?;
    let commit = commit.trim();
    let changed = git(&["diff", "--name-only", commit, "--", "infra/terraform"])?;
    let text = if changed.trim().is_empty() { unchanged(commit) } else { compared(commit)? };
    fs::write(out, text).map_err(|error| format!("{}: {error}", out.display()))
}

fn compared(commit: &str) -> Outcome<String> {
    setup::infra()?;
    terraform::present()?;
    let place = root().join("target/infra/cost");
    let _ = fs::remove_dir_all(&place);
    let old = checked_out(commit, &place.join("code"))?;
    let (before, after) = (Plans::default(), Plans::default());
    let mut tasks = planning(&code(), &place.join("after"), &after)?;
    tasks.extend(planning(&old, &place.join("before"), &before)?);
    all(tasks, AT_ONCE)?;
    let taken = |plans: Plans| std::mem::take(&mut *plans.lock().unwrap_or_else(PoisonError::into_inner));
    let tool = operators_tool()?;
    written(commit, &taken(before), &taken(after), &|after, before| price(&tool, after, before))
}

/// The infrastructure's code as it was at a commit.
fn checked_out(commit: &str, place: &Path) -> Outcome<PathBuf> {
    fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    let archive = place.join("code.tar");
    let mut git = Command::new("git");
    git.current_dir(root()).args(["archive", "--format=tar", "--output"]).arg(&archive);
    captured(git.args([commit, "infra/terraform"]))?;
    captured(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(place))?;
    Ok(place.join("infra/terraform"))
}

/// One task a stack that has profiles. What cannot be planned is no failure of the task: there may be nothing wrong with it but its age.
fn planning(code: &Path, when: &Path, plans: &Plans) -> Outcome<Vec<Task>> {
    let mut tasks: Vec<Task> = Vec::new();
    for folder in folders(&code.join("stacks"))? {
        let (name, code, plans) = (name_of(&folder), code.to_owned(), Arc::clone(plans));
        let place = when.join(&name);
        let profiles = profiles(&name, &code)?;
        if profiles.is_empty() {
            continue;
        }
        let what = format!("stack {name}, {}", name_of(when));
        let task = move || {
            let stack = Emulated::start(&name, &code, &place);
            for profile in profiles {
                let planned = stack.as_ref().map_err(String::clone).and_then(|stack| plan(stack, &profile, &place));
                let name = profile.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                plans.lock().unwrap_or_else(PoisonError::into_inner).insert(name, planned);
            }
            Ok(())
        };
        tasks.push((what, Box::new(task)));
    }
    Ok(tasks)
}

fn plan(stack: &Emulated, profile: &Path, place: &Path) -> Outcome<PathBuf> {
    stack.plan_profile(profile, &["-out=priced.plan"])?;
    let json = stack.stack.run(&["show", "-json", "priced.plan"])?;
    let file = place.join(profile.with_extension("json").file_name().unwrap_or_default());
    fs::write(&file, json).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}

/// What `plimsoll-ops cost` says of a plan, beside another where there is one.
fn price(tool: &Path, after: &Path, before: Option<&Path>) -> Outcome<String> {
    let mut command = Command::new(tool);
    command.arg("cost").arg(after);
    if let Some(before) = before {
        command.arg("--diff").arg(before);
    }
    captured(command.args(["--format", "markdown"]))
}

fn unchanged(commit: &str) -> String {
    format!("## What the infrastructure costs\n\nNothing else than at `{commit}`: its code is the same.\n")
}

/// The document.
fn written(
    commit: &str,
    before: &BTreeMap<String, Outcome<PathBuf>>,
    after: &BTreeMap<String, Outcome<PathBuf>>,
    price: &dyn Fn(&Path, Option<&Path>) -> Outcome<String>,
) -> Outcome<String> {
    let mut text = format!(
        "## What the infrastructure costs\n\nEach profile as it is, beside what it was at `{commit}`. Plans are made beside \
         emulators and priced by list: no account was asked.\n"
    );
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let _ = writeln!(text, "\n### {name}\n");
        let said = match (before.get(name), after.get(name)) {
            (_, Some(Err(problem))) => return Err(problem.clone()),
            (_, None) => "This profile is gone.\n".to_owned(),
            (None, Some(Ok(after))) => format!("A new profile.\n\n{}", price(after, None)?),
            (Some(Ok(before)), Some(Ok(after))) => price(after, Some(before))?,
            (Some(Err(problem)), Some(Ok(after))) => {
                let lines: Vec<&str> = problem.lines().take(LINES).collect();
                format!(
                    "It could not be planned as it was, so nothing is compared:\n\n```\n{}\n```\n\n{}",
                    lines.join("\n"),
                    price(after, None)?
                )
            }
        };
        text.push_str(said.trim_end());
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_is_compared_or_it_is_said_why_not() {
        let plan = |name: &str| (name.to_owned(), Ok(PathBuf::from(name)));
        let broken = |name: &str| (name.to_owned(), Err("no such variable\nline 2".to_owned()));
        let before = BTreeMap::from([plan("kept"), plan("gone"), broken("mended")]);
        let after = BTreeMap::from([plan("kept"), plan("new"), plan("mended")]);
        let price = |after: &Path, before: Option<&Path>| Ok(format!("{} {}\n", after.display(), before.is_some()));
        let text = written("c0ffee", &before, &after, &price).unwrap();
        for part in [
            "### gone\n\nThis profile is gone.\n",
            "### kept\n\nkept true\n",
            "### new\n\nA new profile.\n\nnew false\n",
            "no such variable\nline 2\n```\n\nmended false\n",
        ] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        let after = BTreeMap::from([broken("kept")]);
        assert!(written("c0ffee", &before, &after, &price).is_err(), "what is proposed must be planned");
    }
}
