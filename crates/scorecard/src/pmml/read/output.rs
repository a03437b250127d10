//! `<Output>` and `<Targets>`: how many reasons are asked for, and what is done to the sum of points.

use super::{element::Element, mining_schema::MiningField};
use crate::{
    Result,
    model::{Cast, OutputRule},
};

/// Reasons that are drawn where no output field asks for any; 12 CFR 1002.9, comment 9(b)(2)-1.
const USUAL_REASONS: u8 = 4;

/// How many reasons the output fields ask for: the highest rank among them. `None` where none asks.
pub(super) fn reasons_asked(model: &Element) -> Result<Option<u8>> {
    let mut highest = None;
    let fields = model.child("Output").into_iter().flat_map(|output| output.all("OutputField"));
    for field in fields.filter(|field| field.attribute("feature") == Some("reasonCode")) {
        let rank = field.attribute("rank").unwrap_or("1");
        let rank: u8 = rank
            .trim()
            .parse()
            .ok()
            .filter(|rank| *rank > 0)
            .ok_or_else(|| field.error(format!("rank=\"{rank}\" is not a number from 1 to 255")))?;
        highest = highest.max(Some(rank));
    }
    Ok(highest)
}

/// The count of reasons to draw.
pub(super) fn at_most(asked: Option<u8>) -> u8 {
    asked.unwrap_or(USUAL_REASONS)
}

/// What `<Targets>` does to the sum of points.
pub(super) fn rule(model: &Element, mining: &[MiningField]) -> Result<Option<OutputRule>> {
    let Some(targets) = model.child("Targets") else { return Ok(None) };
    let is_target = |name: &str| mining.iter().any(|field| field.target && field.field.name == name);
    let all: Vec<&Element> = targets.all("Target").collect();
    let target = match all.as_slice() {
        [] => return Ok(None),
        [only] => *only,
        _ => {
            let mut of_model = all.iter().filter(|target| target.attribute("field").is_some_and(is_target));
            match (of_model.next(), of_model.next()) {
                (Some(target), None) => *target,
                _ => return Err(targets.error("several targets, of which a scorecard has one; keep the score's")),
            }
        }
    };
    let cast =
        target.one_of("castInteger", &[("round", Cast::Round), ("ceiling", Cast::Ceiling), ("floor", Cast::Floor)])?;
    let rule = OutputRule {
        minimum: target.number("min")?,
        maximum: target.number("max")?,
        factor: target.number("rescaleFactor")?.unwrap_or(1.0),
        constant: target.number("rescaleConstant")?.unwrap_or(0.0),
        cast,
    };
    let nothing = OutputRule { minimum: None, maximum: None, factor: 1.0, constant: 0.0, cast: None };
    Ok((rule != nothing).then_some(rule))
}
