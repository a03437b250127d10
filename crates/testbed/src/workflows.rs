//! The commands that the repository's workflows run, for the tests of the programs that they call.

use std::{fs, path::Path};

/// What variables of a workflow stand for. The value must be one that the command would take.
const VARIABLES: [(&str, &str); 12] = [
    ("ARCHITECTURE", "arm64"),
    ("BASE", "0123456789abcdef0123456789abcdef01234567"),
    ("DIGEST", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("ENVIRONMENT", "production"),
    ("GITHUB_STEP_SUMMARY", "summary.md"),
    ("PLACE", "fargate/production"),
    ("REPOSITORY", "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll"),
    ("SHA256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("STACK", "fargate"),
    ("TAG", "v1.0.0"),
    ("TARGET", "aarch64-unknown-linux-musl"),
    ("VERDICT", "verdict.txt"),
];

/// Each call of a program: where it stands, and the words after the program's own, variables replaced. The program may
/// stand in any folder.
///
/// # Panics
/// Where a workflow cannot be read, a variable has no value here, or the program is named in a way that is not understood.
#[must_use]
pub fn workflow_commands(program: &[&str]) -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows");
    let mut files: Vec<_> = fs::read_dir(&folder).expect("the workflows").flatten().map(|file| file.path()).collect();
    files.sort();
    let mut calls = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a workflow");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        calls.extend(in_text(&name, &text, program));
    }
    calls
}

fn in_text(name: &str, text: &str, program: &[&str]) -> Vec<(String, Vec<String>)> {
    let joined = text.replace("\\\n", " ");
    let mut calls = Vec::new();
    for line in joined.lines().map(str::trim_start).filter(|line| !line.starts_with('#')) {
        let command = line.trim_start_matches("- ").trim_start_matches("run: ");
        let words = shlex::split(command).unwrap_or_default();
        let found = words.split(|word| matches!(word.as_str(), "|" | "||" | "&&" | ";" | "{" | "if" | "!"));
        let found = found.filter_map(|words| arguments(words, program)).map(|words| (name.to_owned(), words));
        let before = calls.len();
        calls.extend(found);
        // A program may be built; whatever else speaks of the program must have been understood.
        let program = program.join(" ");
        let built: usize =
            ["--package", "--bin"].map(|flag| line.matches(&format!("{flag} {program}")).count()).iter().sum();
        let named = line.matches(&program).count() - built;
        assert_eq!(calls.len() - before, named, "{name}: not understood: {line}");
    }
    calls
}

/// What follows the program, if that is what these words begin with.
fn arguments(words: &[String], program: &[&str]) -> Option<Vec<String>> {
    let is = |(word, part): (&String, &&str)| word.rsplit('/').next() == Some(*part);
    if words.len() < program.len() || !words.iter().zip(program).all(is) {
        return None;
    }
    let own = words[program.len()..].iter().take_while(|word| !word.contains('>'));
    Some(own.map(|word| replaced(word)).collect())
}

fn replaced(word: &str) -> String {
    let mut text = word.to_owned();
    while let Some(at) = text.find('$') {
        let rest = text[at + 1..].trim_start_matches('{');
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        let known = VARIABLES.iter().find(|(variable, _)| *variable == name);
        let (_, value) = known.unwrap_or_else(|| panic!("say in {} what ${name} stands for", file!()));
        text = text.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_wherever_they_stand() {
        let text = "jobs:\n  # cargo xtask none\n  - run: rustup update && cargo xtask a \"$STACK/${ENVIRONMENT}\" --b\n  - run: |\n      \
                    bin/plimsoll-ops deploy \\\n        \"$DIGEST\" 2>&1 | tee x\n  - run: cargo build --package plimsoll-ops\n";
        let of = |program: &[&str]| in_text("w", text, program).into_iter().map(|(_, words)| words).collect::<Vec<_>>();
        assert_eq!(of(&["cargo", "xtask"]), [["a", "fargate/production", "--b"]]);
        assert_eq!(of(&["plimsoll-ops"])[0][0], "deploy");
        assert_eq!(of(&["plimsoll-ops"])[0].len(), 2);
    }

    #[test]
    #[should_panic(expected = "not understood")]
    fn what_is_not_understood_is_not_passed_over() {
        in_text("w", "  - run: time cargo xtask test\n", &["cargo", "xtask"]);
    }
}
