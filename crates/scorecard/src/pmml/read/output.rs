//! `<Output>` and `<Targets>`: named results, how many reasons are asked for, and what is done to the sum of points.

use super::{
    element::{Element, excerpt},
    expression::Expressions,
    literal::data_type,
    mining_schema::MiningField,
    scope::Scope,
};
use crate::{
    Result,
    model::{Cast, FieldType, OutputField, OutputRule, OutputSource},
};

/// Reasons that are drawn where no output field asks for any; 12 CFR 1002.9, comment 9(b)(2)-1.
const USUAL_REASONS: u8 = 4;

/// How many reasons the output fields ask for: the highest rank among them. `None` where none asks.
pub(super) fn reasons_asked(model: &Element) -> Result<Option<u8>> {
    let mut highest = None;
    let fields = model.child("Output").into_iter().flat_map(|output| output.all("OutputField"));
    for field in fields.filter(|field| field.attribute("feature") == Some("reasonCode")) {
        highest = highest.max(Some(rank(field)?));
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

/// The output fields in document order. A field computed from the target's name is given the score under that name.
pub(super) fn fields(model: &Element, scope: &Scope<'_>) -> Result<Vec<OutputField>> {
    let Some(output) = model.child("Output") else { return Ok(Vec::new()) };
    scope.begin_outputs();
    let mut fields = Vec::new();
    for element in output.all("OutputField") {
        let name = element.required("name")?;
        if fields.iter().any(|known: &OutputField| known.name == name) {
            return Err(element.error(format!("the output field `{}` stands twice; keep one", excerpt(name))));
        }
        let field = output_field(element, name, scope)?;
        let field_type = match &field.value {
            OutputSource::Score => Some(FieldType::Numeric),
            OutputSource::Reason(_) => Some(FieldType::Categorical),
            OutputSource::Expression(_) => field.field_type,
        };
        let named = scope.generated_outputs().into_iter().map(|generated| OutputField {
            name: generated.name,
            label: None,
            field_type: Some(generated.field_type),
            internal: true,
            value: OutputSource::Expression(generated.expression),
        });
        fields.extend(named);
        scope.add_output(name, field_type.unwrap_or(FieldType::Categorical));
        fields.push(field);
    }
    if let Some(target) = scope.end_outputs()
        && fields.iter().all(|field| field.name != target)
    {
        let value = OutputSource::Score;
        fields.insert(0, OutputField { name: target, label: None, field_type: None, internal: true, value });
    }
    Ok(fields)
}

fn output_field(element: &Element, name: &str, scope: &Scope<'_>) -> Result<OutputField> {
    let stated = element.attribute("dataType").map(|name| data_type(element, name)).transpose()?;
    let mut expressions = element.content().filter(|child| child.name != "Decisions");
    let expression = expressions.next();
    if let Some(second) = expressions.next() {
        return Err(second.error("a second expression in an <OutputField>; keep one"));
    }
    let feature = element.attribute("feature").map(str::trim);
    let (value, field_type) = match (feature, expression) {
        (Some("predictedValue" | "predictedDisplayValue"), _) | (None, None) => (OutputSource::Score, None),
        (Some("reasonCode"), _) => (OutputSource::Reason(rank(element)?), None),
        (Some("transformedValue" | "decision") | None, Some(expression)) => {
            let expression = Expressions::new(scope).read(expression, stated)?;
            let field_type = stated.or_else(|| scope.expression_type(&expression));
            let expression = match field_type {
                Some(field_type) => scope.as_text_of(field_type, expression),
                None => expression,
            };
            (OutputSource::Expression(expression), field_type)
        }
        (Some(feature @ ("transformedValue" | "decision")), None) => {
            return Err(element.error(format!("feature=\"{feature}\" needs an expression inside")));
        }
        (Some(other), _) => {
            return Err(element.error(format!(
                "feature=\"{}\" is nothing that a scorecard gives; predictedValue, reasonCode, transformedValue and decision are read, so remove this output field",
                excerpt(other)
            )));
        }
    };
    Ok(OutputField {
        name: name.to_owned(),
        label: element.attribute("displayName").filter(|label| !label.is_empty()).map(str::to_owned),
        field_type,
        internal: element.boolean("isFinalResult")? == Some(false),
        value,
    })
}

/// The rank of a reason code, counted from 1.
fn rank(field: &Element) -> Result<u8> {
    let rank = field.attribute("rank").unwrap_or("1");
    rank.trim()
        .parse()
        .ok()
        .filter(|rank| *rank > 0)
        .ok_or_else(|| field.error(format!("rank=\"{}\" is not a number from 1 to 255", excerpt(rank))))
}
