//! The tables of inputs and outputs in the READMEs: drawn from the code, so that they cannot say otherwise.

use std::{fmt::Write, fs, path::Path};

use hcl::{Block, Body, Expression};

use super::{code, folders};
use crate::program::Outcome;

/// Writes the tables, or says which are not as the code has it.
pub(super) fn run(write: bool) -> Outcome {
    let mut stale = Vec::new();
    for kind in ["modules", "stacks"] {
        for folder in folders(&code().join(kind))? {
            let readme = folder.join("README.md");
            let there = fs::read_to_string(&readme).map_err(|error| format!("{}: {error}", readme.display()))?;
            let drawn =
                put(&there, "inputs", &inputs(&folder)?).and_then(|text| put(&text, "outputs", &outputs(&folder)?));
            let drawn = drawn.map_err(|problem| format!("{}: {problem}", readme.display()))?;
            if drawn == there {
                continue;
            }
            if write {
                fs::write(&readme, drawn).map_err(|error| format!("{}: {error}", readme.display()))?;
            } else {
                stale.push(format!("{kind}/{}", super::name_of(&folder)));
            }
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("READMEs that say otherwise than the code: {}; run `cargo xtask infra --write`", stale.join(", ")))
}

fn inputs(folder: &Path) -> Outcome<String> {
    let mut table = "| input | type | default | what it is |\n|---|---|---|---|\n".to_owned();
    for block in blocks(&folder.join("variables.tf"), "variable")? {
        let text = |name: &str| value(&block, name).map(one_line).transpose();
        let default = text("default")?.map_or("required".to_owned(), |default| format!("`{default}`"));
        let kind = text("type")?.ok_or_else(|| format!("{} has no type", label(&block)))?;
        let _ = writeln!(table, "| `{}` | `{kind}` | {default} | {} |", label(&block), description(&block)?);
    }
    Ok(table)
}

fn outputs(folder: &Path) -> Outcome<String> {
    let mut table = "| output | what it is |\n|---|---|\n".to_owned();
    for block in blocks(&folder.join("outputs.tf"), "output")? {
        let _ = writeln!(table, "| `{}` | {} |", label(&block), description(&block)?);
    }
    Ok(table)
}

fn blocks(file: &Path, kind: &str) -> Outcome<Vec<Block>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let body: Body = hcl::parse(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(body.into_blocks().filter(|block| block.identifier() == kind).collect())
}

fn label(block: &Block) -> &str {
    block.labels().first().map(hcl::BlockLabel::as_str).unwrap_or_default()
}

fn value<'b>(block: &'b Block, name: &str) -> Option<&'b Expression> {
    block.body().attributes().find(|attribute| attribute.key() == name).map(|attribute| attribute.expr())
}

fn description(block: &Block) -> Outcome<String> {
    match value(block, "description") {
        Some(Expression::String(text)) if !text.is_empty() => Ok(text.replace('|', "\\|")),
        _ => Err(format!("{} has no description", label(block))),
    }
}

/// An expression as it is written, on one line, short enough for a table.
fn one_line(expression: &Expression) -> Outcome<String> {
    const LONGEST: usize = 120;
    let text = hcl::format::to_string(expression).map_err(|error| error.to_string())?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('`', "'");
    if text.chars().count() <= LONGEST {
        return Ok(text);
    }
    Ok(text.chars().take(LONGEST).chain("…".chars()).collect())
}

/// A text with a table between the marks of a name.
fn put(text: &str, name: &str, table: &str) -> Outcome<String> {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let missing = || format!("lacks the marks {begin} and {end}");
    let (before, rest) = text.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n{table}{end}{after}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_table_stands_between_its_marks() {
        let text = "a\n<!-- inputs -->\nold\n<!-- /inputs -->\nb";
        assert_eq!(super::put(text, "inputs", "new\n").unwrap(), "a\n<!-- inputs -->\nnew\n<!-- /inputs -->\nb");
        assert!(super::put("none", "inputs", "new").is_err());
    }
}
