//! Items made ready for a model.

use std::collections::HashMap;

use scorecard::{
    Error, Scorecard,
    model::Reason,
    policy::{Decision, Effect, OnUnknown, Policy, PolicyEvaluator, Rule},
};
use store::Item;

use super::{Catalogue, Group, Listed, Offer};
use crate::scoring::Engine;

/// Compiles what fits the model; what does not is named with its problem.
pub(super) fn compile(listed: &Listed, engine: &Engine) -> Catalogue {
    let mut problems = HashMap::new();
    let mut offers = Vec::with_capacity(listed.items.len());
    let mut rules = Vec::new();
    for item in &listed.items {
        let eligibility = item.content.eligibility.clone().unwrap_or_default();
        let has_expression = eligibility.expression.is_some();
        if let Some(expression) = eligibility.expression {
            let rule = rule(item, expression);
            if let Err(problem) = evaluator(std::slice::from_ref(&rule), engine.scorecard()) {
                problems.insert(item.id, said(item, problem));
                continue;
            }
            rules.push((offers.len(), rule));
        }
        offers.push(Offer {
            id: item.id,
            name: item.content.name.clone(),
            category: item.content.category.clone(),
            lowest: eligibility.min_score.unwrap_or(f64::NEG_INFINITY),
            highest: eligibility.max_score.unwrap_or(f64::INFINITY),
            has_expression,
        });
    }
    let mut groups = Vec::new();
    group(&rules, engine.scorecard(), &mut groups);
    Catalogue { model: engine.model_hash.clone(), revision: listed.revision, offers, groups, problems }
}

/// Why nobody would be eligible for an item with a model, if that is so.
pub(super) fn problem(item: &Item, engine: &Engine) -> Option<String> {
    let expression = item.content.eligibility.as_ref()?.expression.clone()?;
    let refused = evaluator(&[rule(item, expression)], engine.scorecard()).err()?;
    Some(said(item, refused))
}

/// Rules that are looked at together; halved where they are too much together, though each is fine.
fn group(rules: &[(usize, Rule)], scorecard: &Scorecard, groups: &mut Vec<Group>) {
    if rules.is_empty() {
        return;
    }
    let (offers, together): (Vec<usize>, Vec<Rule>) = rules.iter().cloned().unzip();
    match evaluator(&together, scorecard) {
        Ok(rules) => groups.push(Group { rules, offers }),
        Err(_) if rules.len() > 1 => {
            let (first, second) = rules.split_at(rules.len() / 2);
            group(first, scorecard, groups);
            group(second, scorecard, groups);
        }
        // It was compiled by itself just now.
        Err(_) => {}
    }
}

fn evaluator(rules: &[Rule], scorecard: &Scorecard) -> scorecard::Result<PolicyEvaluator> {
    let mut policy = Policy::named("items", Decision::Approve);
    policy.rules = rules.to_vec();
    PolicyEvaluator::new(policy, scorecard)
}

/// A rule that fires where the expression is true, and only there.
fn rule(item: &Item, expression: String) -> Rule {
    Rule {
        id: item.id.to_string(),
        description: String::new(),
        effect: Effect::Refer,
        when: expression,
        reason: Reason { code: "eligible".to_owned(), text: String::new() },
        on_unknown: Some(OnUnknown::Ignore),
        enabled: true,
    }
}

fn said(item: &Item, problem: Error) -> String {
    let problem = match problem {
        Error::Policy { problem, .. } => problem,
        other => other.to_string(),
    };
    format!("nobody is eligible for `{}`: its expression does not fit the model in force: {problem}", item.content.name)
}
