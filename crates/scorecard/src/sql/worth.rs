//! The points of each characteristic, and the reason code that goes with them.

use super::{
    condition::{Test, first_true, test},
    expression::{Compiler, Operand},
    scope::Scope,
    steps::Column,
};
use crate::{
    Amount, Points, Result,
    evaluate::Arithmetic,
    model::{Attribute, Characteristic, Condition, Reason},
};

/// A characteristic as columns.
#[derive(Debug)]
pub(super) struct Worth {
    /// Its name in the model.
    pub(super) name: String,
    /// The column of its points: whole units of the scorecard's arithmetic, or a double; NULL where no attribute matches.
    pub(super) points: Column,
    /// The column of its reason code, where attributes have codes of their own.
    pub(super) code_column: Option<Column>,
    /// Its reason code, as a literal or the name of `code_column`.
    pub(super) code: String,
    /// All codes that it may have.
    pub(super) codes: Vec<String>,
    /// Whether its points are computed, and may be impossible.
    pub(super) computed: bool,
}

/// The computed points of each attribute that has an expression for them.
pub(super) fn computed_points(
    compiler: &mut Compiler<'_>,
    characteristic: &Characteristic,
    path: &str,
) -> Result<Vec<Option<Operand>>> {
    let operands = characteristic.attributes.iter().enumerate().map(|(index, attribute)| {
        let path = format!("{path}.attributes[{index}].points_expression");
        let expression = attribute.points_expression.as_ref();
        let operand =
            expression.map(|expression| compiler.root(&characteristic.name, expression, &path)).transpose()?;
        match &operand {
            Some(operand) if operand.kind.is_some_and(|kind| kind != super::scope::Kind::Number) => {
                Err(compiler.scope.refuse(&path, "points must be a number"))
            }
            _ => Ok(operand),
        }
    });
    operands.collect()
}

/// The columns of a characteristic. `names` are those of its points and of its code.
pub(super) fn worth(
    scope: &Scope,
    characteristic: &Characteristic,
    computed: &[Option<Operand>],
    arithmetic: Arithmetic,
    names: (String, String),
    path: &str,
) -> Result<Worth> {
    let slot = scope.slot(&characteristic.field, path)?;
    let tests = characteristic
        .attributes
        .iter()
        .enumerate()
        .map(|(index, attribute)| test(scope, &attribute.when, slot, &format!("{path}.attributes[{index}].when")))
        .collect::<Result<Vec<Test>>>()?;
    let double = arithmetic == Arithmetic::Double;
    let number_type = if double { scope.syntax.double_type() } else { scope.syntax.whole_type() };
    let null = scope.syntax.cast("NULL", number_type);
    let values = characteristic.attributes.iter().zip(computed).map(|(attribute, operand)| match operand {
        Some(Operand { sql, fails: None, .. }) => sql.clone(),
        Some(Operand { sql, fails: Some(fails), .. }) => format!("CASE WHEN NOT {fails} THEN {sql} END"),
        None => constant(scope, attribute.points, arithmetic),
    });
    let points = first_true(tests.iter().cloned().zip(values).collect(), &null, "    ");
    // Small whole numbers are of a smaller type in most engines, in which their sum might not fit.
    let points = if double { points } else { scope.syntax.cast(&points, number_type) };

    let reason = |attribute: &Attribute| attribute.reason.clone().or_else(|| characteristic.reason.clone());
    let reasons: Vec<Option<Reason>> = characteristic.attributes.iter().map(reason).collect();
    let mut codes: Vec<String> = Vec::new();
    for reason in reasons.iter().flatten() {
        if !codes.contains(&reason.code) {
            codes.push(reason.code.clone());
        }
    }
    let (code, code_column) = match codes.as_slice() {
        [] => (String::new(), None),
        [only] => (scope.syntax.text(only), None),
        _ => {
            let of = |reason: &Option<Reason>| {
                reason.as_ref().map_or_else(|| "NULL".to_owned(), |reason| scope.syntax.text(&reason.code))
            };
            let choices = tests.into_iter().zip(reasons.iter().map(of)).collect();
            let column = Column::new(&names.1, first_true(choices, "NULL", "    "));
            (names.1.clone(), Some(column))
        }
    };
    let matched = characteristic.attributes.iter().map(|attribute| match &attribute.when {
        Condition::Predicate(_) => "…".to_owned(),
        _ => attribute.name().into_owned(),
    });
    let label = characteristic.label.as_deref().unwrap_or(&characteristic.name);
    let note = format!("{label}: {}", matched.collect::<Vec<_>>().join(" | "));
    Ok(Worth {
        name: characteristic.name.clone(),
        points: Column::new(&names.0, points).noted(&note),
        code_column,
        code,
        codes,
        computed: computed.iter().any(Option::is_some),
    })
}

/// Points in the scorecard's arithmetic: whole units, or a double.
pub(super) fn constant(scope: &Scope, points: Points, arithmetic: Arithmetic) -> String {
    match arithmetic.amount(points) {
        Amount::Exact { units, .. } => units.to_string(),
        Amount::Double(number) => scope.syntax.double(number),
    }
}
