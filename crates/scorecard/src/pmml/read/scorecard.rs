//! `<Scorecard>`: characteristics, attributes, reason codes, put together with all the rest.

use std::collections::BTreeSet;

use super::{
    document::Document,
    element::{Element, excerpt, number},
    expression::Expressions,
    output, predicate,
    scope::Scope,
};
use crate::{
    Points, Result, Scorecard,
    model::{
        Attribute, BaselineMethod, Baselines, Characteristic, Direction, Expression, Field, FieldType, Matching,
        Predicate, Reason, ReasonMode, Reasons,
    },
};

pub(super) fn read(document: &Document<'_>, scope: &Scope<'_>) -> Result<Scorecard> {
    let model = document.model;
    if let Some(function) = model.attribute("functionName").filter(|name| *name != "regression") {
        return Err(model.error(format!("functionName=\"{}\"; a scorecard's is `regression`", excerpt(function))));
    }
    let mut scorecard = Scorecard::named(model.attribute("modelName").filter(|n| !n.is_empty()).unwrap_or("scorecard"));
    scorecard.description = document.description();
    scorecard.provenance = document.provenance();
    scorecard.matching = Matching::FirstMatch;
    scorecard.initial_score = points(model, "initialScore")?.unwrap_or_default();
    scorecard.output = output::rule(model, &scope.mining)?;
    let asked = output::reasons_asked(model)?;
    let elements: Vec<&Element> = model.required_child("Characteristics")?.all("Characteristic").collect();
    let enabled = reasons_enabled(model, &elements, asked.is_some())?;
    scorecard.reasons = reasons(model, enabled, output::at_most(asked))?;
    let stated = points(model, "baselineScore")?;
    let mut names = BTreeSet::new();
    for element in elements {
        let name = unique(element.attribute("name").filter(|name| !name.is_empty()), &mut names);
        scorecard.characteristics.push(characteristic(element, name, stated, enabled, scope)?);
    }
    scorecard.output_fields = output::fields(model, scope)?;
    scorecard.derived = scope.derived()?;
    scorecard.fields = fields(scope);
    Ok(scorecard)
}

/// Active fields in the order of the mining schema, then any others that something uses.
fn fields(scope: &Scope<'_>) -> Vec<Field> {
    let listed = scope.mining.iter().filter(|mining| mining.active || scope.is_used(&mining.field.name));
    listed.map(|mining| mining.field.clone()).chain(scope.unlisted().map(|data| data.field.clone())).collect()
}

/// The standard requires a code and a baseline of each characteristic where reason codes are used, which is the default.
/// A document that has none of either, and asks for no reason, means a score alone; one that has some must have all.
fn reasons_enabled(model: &Element, characteristics: &[&Element], asked: bool) -> Result<bool> {
    let speaks_of_them = |element: &Element| {
        ["reasonCode", "baselineScore"].iter().any(|attribute| element.attribute(attribute).is_some())
    };
    let within = |characteristic: &&Element| {
        speaks_of_them(characteristic) || characteristic.all("Attribute").any(speaks_of_them)
    };
    Ok(model.boolean("useReasonCodes")? != Some(false)
        && (asked || speaks_of_them(model) || characteristics.iter().any(within)))
}

/// What a user should know of how the model was read.
pub(super) fn remarks(model: &Element, read: &Scorecard) -> Result<Vec<String>> {
    let in_vain = !read.reasons.enabled && model.boolean("useReasonCodes")? != Some(false);
    let remark = "the model uses reason codes, as it does unless useReasonCodes=\"false\", but has neither codes nor baselines: it \
                  gives a score and no reasons; add `reasonCode` and `baselineScore` where reasons are wanted";
    Ok(in_vain.then(|| remark.to_owned()).into_iter().collect())
}

fn reasons(model: &Element, enabled: bool, at_most: u8) -> Result<Reasons> {
    let direction = model.one_of(
        "reasonCodeAlgorithm",
        &[("pointsBelow", Direction::PointsBelow), ("pointsAbove", Direction::PointsAbove)],
    )?;
    Ok(Reasons {
        enabled,
        method: BaselineMethod::Stated,
        direction: direction.unwrap_or_default(),
        at_most,
        mode: ReasonMode::Pmml,
        baseline_note: model.attribute("baselineMethod").map(str::to_owned).unwrap_or_default(),
    })
}

/// The name, or one made up where there is none; a second of the same name is told apart by a number.
fn unique(name: Option<&str>, taken: &mut BTreeSet<String>) -> String {
    let wish = name.map_or_else(|| format!("characteristic {}", taken.len() + 1), str::to_owned);
    let mut unique = wish.clone();
    let mut number = 1;
    while !taken.insert(unique.clone()) {
        number += 1;
        unique = format!("{wish} ({number})");
    }
    unique
}

fn characteristic(
    element: &Element,
    name: String,
    baseline: Option<Points>,
    reasons_enabled: bool,
    scope: &Scope<'_>,
) -> Result<Characteristic> {
    let stated = points(element, "baselineScore")?.or(baseline);
    let own_code = reason(element)?;
    let mut read = Vec::new();
    for child in element.content() {
        if child.name != "Attribute" {
            return Err(child.error("not expected in a <Characteristic>; the standard has <Attribute> there"));
        }
        let attribute = attribute(child, scope)?;
        if reasons_enabled && own_code.is_none() && attribute.reason.is_none() {
            return Err(child.error(
                "no reason code, and none on the characteristic; add a `reasonCode`, or set useReasonCodes=\"false\"",
            ));
        }
        read.push(attribute);
    }
    if reasons_enabled && stated.is_none() {
        return Err(element
            .error("no baseline, and none on the scorecard; add a `baselineScore`, or set useReasonCodes=\"false\""));
    }
    let field = own_field(element, &read, scope)?;
    let field_type = scope.type_of(&field).unwrap_or(FieldType::Categorical);
    let attributes = read.into_iter().map(|attribute| Attribute {
        label: None,
        when: predicate::condition(attribute.predicate, &field, field_type),
        points: attribute.points,
        points_expression: attribute.expression,
        reason: attribute.reason,
        statistics: None,
    });
    Ok(Characteristic {
        name,
        label: None,
        reason: own_code,
        inquiries: false,
        baselines: Baselines { stated, ..Baselines::default() },
        attributes: attributes.collect(),
        statistics: None,
        field,
    })
}

/// The field that the characteristic is about: the first that its predicates test, or its points are computed from.
fn own_field(element: &Element, attributes: &[ReadAttribute], scope: &Scope<'_>) -> Result<String> {
    let tested = attributes.iter().find_map(|attribute| predicate::first_field(&attribute.predicate));
    let computed = || attributes.iter().filter_map(|a| a.expression.as_ref()).find_map(first_field);
    let any = || scope.mining.iter().find(|mining| mining.active).map(|mining| mining.field.name.as_str());
    tested
        .or_else(computed)
        .or_else(any)
        .map(str::to_owned)
        .ok_or_else(|| element.error("the model has no input; add a field to its <MiningSchema>"))
}

fn first_field(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Constant(_) => None,
        Expression::Field { name, .. } => Some(name),
        Expression::NormContinuous { field, .. }
        | Expression::NormDiscrete { field, .. }
        | Expression::Discretize { field, .. } => Some(field),
        Expression::MapValues { fields, .. } => fields.first().map(String::as_str),
        Expression::Apply { arguments, .. } => arguments.iter().find_map(first_field),
    }
}

/// An attribute before it is known which field its characteristic is about.
struct ReadAttribute {
    predicate: Predicate,
    points: Points,
    expression: Option<Expression>,
    reason: Option<Reason>,
}

fn attribute(element: &Element, scope: &Scope<'_>) -> Result<ReadAttribute> {
    let mut found = None;
    let mut expression = None;
    for child in element.content() {
        if predicate::is_predicate(child) {
            if found.replace(predicate::read(child, scope)?).is_some() {
                return Err(child.error("a second predicate; join them in a <CompoundPredicate>"));
            }
        } else if child.name == "ComplexPartialScore" {
            let mut inside = child.content();
            let (Some(only), None) = (inside.next(), inside.next()) else {
                return Err(child.error("needs exactly one expression inside"));
            };
            if expression.replace(Expressions::new(scope).read(only, Some(FieldType::Numeric))?).is_some() {
                return Err(child.error("a second <ComplexPartialScore>; keep one"));
            }
        } else {
            return Err(child.error(
                "not expected in an <Attribute>; the standard has a predicate and a <ComplexPartialScore> there",
            ));
        }
    }
    let stated = points(element, "partialScore")?;
    if stated.is_none() && expression.is_none() {
        return Err(element.error("no `partialScore`, and no <ComplexPartialScore> inside; add the one or the other"));
    }
    Ok(ReadAttribute {
        predicate: found.ok_or_else(|| element.error("no predicate inside; add one, or <True/>"))?,
        points: stated.unwrap_or_default(),
        expression,
        reason: reason(element)?,
    })
}

fn reason(element: &Element) -> Result<Option<Reason>> {
    match element.attribute("reasonCode") {
        Some(code) if code.trim().is_empty() => Err(element.error("`reasonCode` is empty; give a code or remove it")),
        code => Ok(code.map(|code| Reason { code: code.to_owned(), text: String::new() })),
    }
}

/// Points as the document states them: the exact decimal where it has few enough digits, else the nearest to the double.
fn points(element: &Element, name: &str) -> Result<Option<Points>> {
    let Some(text) = element.attribute(name) else { return Ok(None) };
    if let Ok(points) = text.parse::<Points>() {
        return Ok(Some(points));
    }
    let double =
        number(text).ok_or_else(|| element.error(format!("`{name}` is \"{}\", not a finite number", excerpt(text))))?;
    nearest_points(double).map(Some).ok_or_else(|| element.error(format!("`{name}` is {double}, too large for points")))
}

fn nearest_points(double: f64) -> Option<Points> {
    Points::from_f64(double)
        .or_else(|| (0..=28_usize).rev().find_map(|decimals| format!("{double:.decimals$}").parse().ok()))
}
