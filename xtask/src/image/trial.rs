//! What must hold for an image: put together twice it has one digest, and the tests that read and run it pass.

use super::{Image, Parts};
use crate::{
    lint,
    program::{Outcome, captured, cargo, execute, root},
};

/// Tries an image that was built here.
pub(crate) fn run(image: &Image, parts: &Parts) -> Outcome {
    repeatable(image, parts)?;
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--test", "image"]).args(lint::FEATURES);
    execute(tests.envs(image.environment()?).args(["--", "--ignored"]))
}

/// Puts the same parts together once more, elsewhere and later.
fn repeatable(image: &Image, parts: &Parts) -> Outcome {
    let folder = root().join("target/image/again");
    let tag = format!("{}-again", image.tag);
    let again = parts.together(&folder.join("context"), &tag, folder.join("plimsoll.tar"))?;
    captured(parts.tool.command().args(["rmi", &tag]))?;
    std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if again.digest == image.digest {
        return Ok(());
    }
    Err(format!("the same parts gave {} first and then {}", image.digest, again.digest))
}
