//! `<TextIndex>`: normalised step by step with `replace`, then counted by a function of this crate's own.

use super::{
    element::{Element, excerpt},
    expression::{Expressions, rows},
};
use crate::{
    Literal, Result,
    model::{Expression, FieldType, InvalidTreatment},
};

/// Replacements after which the text is given a name, so that expressions do not nest too deep.
const NESTED: usize = 16;

impl Expressions<'_, '_> {
    pub(super) fn text_index(&mut self, element: &Element) -> Result<Expression> {
        let name = element.required("textField")?;
        let weights = element
            .one_of(
                "localTermWeights",
                &[("termFrequency", "termFrequency"), ("binary", "binary"), ("logarithmic", "logarithmic")],
            )?
            .unwrap_or("termFrequency");
        let hits = element.one_of("countHits", &[("allHits", "allHits"), ("bestHits", "bestHits")])?;
        let case_sensitive = element.boolean("isCaseSensitive")?.unwrap_or(false);
        if element.boolean("tokenize")? == Some(false) || element.attribute("wordRE").is_some() {
            return Err(element.error("tokenize=\"false\" and `wordRE` are not read; use `wordSeparatorCharacterRE`"));
        }
        let mut text = self.text_field(element, name)?;
        for normalization in element.all("TextIndexNormalization") {
            text = self.normalized(normalization, text, case_sensitive)?;
        }
        let field = match text {
            Expression::Field { name, map_missing_to: None } => name,
            other => self.scope.name_expression(name, FieldType::Categorical, other),
        };
        let mut terms = element.content().filter(|child| child.name != "TextIndexNormalization");
        let (Some(term), None) = (terms.next(), terms.next()) else {
            return Err(element.error("needs exactly one expression inside, the term"));
        };
        let term = self.read(term, Some(FieldType::Categorical))?;
        let constant = |text: &str| Expression::Constant(Some(Literal::Text(text.to_owned())));
        let distance = element.number("maxLevenshteinDistance")?.unwrap_or(0.0);
        Ok(apply(
            "x-textIndex",
            vec![
                Expression::Field { name: field, map_missing_to: None },
                term,
                constant(weights),
                constant(if case_sensitive { "true" } else { "false" }),
                Expression::Constant(Some(Literal::Number(distance))),
                constant(hits.unwrap_or("allHits")),
                constant(element.attribute("wordSeparatorCharacterRE").unwrap_or("\\s+")),
            ],
        ))
    }

    fn text_field(&mut self, element: &Element, name: &str) -> Result<Expression> {
        if let Some(argument) = self.parameters.get(name) {
            return Ok(argument.clone());
        }
        let (name, _) = self.scope.field(element, name)?;
        Ok(Expression::Field { name, map_missing_to: None })
    }

    /// The text with each row of the table replaced, one after the other.
    fn normalized(&self, element: &Element, mut text: Expression, case_sensitive: bool) -> Result<Expression> {
        if element.boolean("recursive")? == Some(true) {
            return Err(element.error("recursive=\"true\" is not read; write the table so that one pass is enough"));
        }
        if element.number("maxLevenshteinDistance")?.unwrap_or(0.0) > 0.0 {
            return Err(element.error("`maxLevenshteinDistance` of a normalization is not read; list the spellings"));
        }
        let case_sensitive = element.boolean("isCaseSensitive")?.unwrap_or(case_sensitive);
        let from = element.attribute("inField").unwrap_or("string");
        let to = element.attribute("outField").unwrap_or("stem");
        let is_regex = element.attribute("regexField").unwrap_or("regex");
        for (index, row) in rows(element.required_child("InlineTable")?).iter().enumerate() {
            let cell = |column: &str| {
                row.get(column)
                    .copied()
                    .ok_or_else(|| element.error(format!("row {} has no column `{}`", index + 1, excerpt(column))))
            };
            self.scope.count_nodes(element, 1)?;
            if index > 0 && index % NESTED == 0 {
                let name = self.scope.name_expression("text", FieldType::Categorical, text);
                text = Expression::Field { name, map_missing_to: None };
            }
            let regex = row.get(is_regex).is_some_and(|truth| truth.trim().eq_ignore_ascii_case("true"));
            let pattern = if regex { cell(from)?.to_owned() } else { regex::escape(cell(from)?) };
            let pattern = if case_sensitive { pattern } else { format!("(?i){pattern}") };
            let constant = |text: String| Expression::Constant(Some(Literal::Text(text)));
            text = apply("replace", vec![text, constant(pattern), constant(cell(to)?.to_owned())]);
        }
        Ok(text)
    }
}

fn apply(function: &str, arguments: Vec<Expression>) -> Expression {
    Expression::Apply {
        function: function.to_owned(),
        arguments,
        map_missing_to: None,
        default: None,
        on_invalid: InvalidTreatment::Reject,
    }
}
