//! Random scorecards with everything that SQL can say, and applications that lie on every edge of them.

use scorecard::{Literal, Points, Scorecard, Value, model::*};

/// Random draws that are the same on every machine.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

const TEXTS: [&str; 12] = [
    "own",
    "rent",
    "",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "ümlaut 漢字 🚢",
    "own ",
    "Own",
    "${env:HOME}",
    "line\nbreak",
    "100% -- ; /* x */",
];
const DATES: [&str; 4] = ["2024-02-29", "2026-11-23", "1999-12-31", "2000-01-01"];

/// Which functions a model may use, and whether values may be as large as they come.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) derived: bool,
}

fn number(draw: &mut Draw) -> f64 {
    match draw.below(6) {
        0 => draw.of(&[-9.0, -999.0, 0.0, 0.1, 0.3, 1e-7]),
        1 => (draw.below(2000) as f64 - 1000.0) / 7.0,
        _ => (draw.below(160) as f64 - 80.0) / 4.0,
    }
}

fn literal(draw: &mut Draw, of: FieldType) -> Literal {
    match of {
        FieldType::Numeric => number(draw).into(),
        FieldType::Integer => (draw.below(40) as f64 - 20.0).into(),
        FieldType::Boolean => draw.one_in(2).into(),
        FieldType::Date => draw.of(&DATES).into(),
        _ => draw.of(&TEXTS).into(),
    }
}

fn literals(draw: &mut Draw, of: FieldType, most: usize) -> Vec<Literal> {
    (0..1 + draw.below(most)).map(|_| literal(draw, of)).collect()
}

fn interval(draw: &mut Draw) -> Interval {
    let (a, b) = (number(draw), number(draw));
    let (from, to) = if a < b { (a, b) } else { (b, a + 1.0) };
    let closed = draw.of(&[Closure::Left, Closure::Right, Closure::Both, Closure::Neither]);
    match draw.below(4) {
        0 => Interval { from: None, to: Some(to), closed },
        1 => Interval { from: Some(from), to: None, closed },
        _ => Interval { from: Some(from), to: Some(to), closed },
    }
}

fn field(draw: &mut Draw, index: usize) -> Field {
    let types = [
        FieldType::Numeric,
        FieldType::Numeric,
        FieldType::Integer,
        FieldType::Categorical,
        FieldType::Categorical,
        FieldType::Boolean,
        FieldType::Date,
    ];
    let field_type = draw.of(&types);
    let name = match draw.below(6) {
        0 => format!("a \"q'uote\" {index}"),
        1 => format!("Größe_{index}"),
        2 => format!("select{index}"),
        _ => format!("f{index}"),
    };
    let mut field = Field::new(name, field_type);
    let numeric = field_type.is_numeric();
    field.required = draw.one_in(6);
    if draw.one_in(3) {
        field.missing_values = literals(draw, field_type, 2);
    }
    if draw.one_in(4) {
        field.missing_as = Some(literal(draw, field_type));
    }
    if numeric && draw.one_in(3) {
        field.ranges = (0..1 + draw.below(2)).map(|_| interval(draw)).collect();
    }
    if draw.one_in(4) {
        field.values = literals(draw, field_type, 5);
    }
    if draw.one_in(4) {
        field.invalid_values = literals(draw, field_type, 2);
    }
    field.on_invalid = match draw.below(4) {
        0 => OnInvalid::Reject,
        1 => OnInvalid::Missing,
        2 => OnInvalid::Accept,
        _ => OnInvalid::Replace(literal(draw, field_type)),
    };
    if numeric && draw.one_in(3) {
        let low = number(draw);
        let treatment = draw.of(&[OutlierTreatment::Clamp, OutlierTreatment::Missing]);
        field.outliers = Some(Outliers { low, high: low + draw.below(20) as f64, treatment });
    }
    field
}

/// What an expression may look at.
type Sources = Vec<(String, FieldType)>;

fn source(draw: &mut Draw, sources: &Sources, fits: impl Fn(FieldType) -> bool) -> Option<String> {
    let fitting: Vec<&String> = sources.iter().filter(|(_, t)| fits(*t)).map(|(name, _)| name).collect();
    (!fitting.is_empty()).then(|| draw.of(&fitting).clone())
}

fn apply(draw: &mut Draw, function: &str, arguments: Vec<Expression>, default: Option<Literal>) -> Expression {
    Expression::Apply {
        function: function.into(),
        arguments,
        map_missing_to: default.clone().filter(|_| draw.one_in(5)),
        default: default.filter(|_| draw.one_in(6)),
        on_invalid: if draw.one_in(3) { InvalidTreatment::Missing } else { InvalidTreatment::Reject },
    }
}

fn maybe(draw: &mut Draw, literal: impl Fn(&mut Draw) -> Literal) -> Option<Literal> {
    draw.one_in(3).then(|| literal(draw))
}

/// An expression that gives a number.
fn numeric(draw: &mut Draw, sources: &Sources, depth: usize) -> Expression {
    let some_number: fn(&mut Draw) -> Literal = |draw| number(draw).into();
    let leaf = |draw: &mut Draw| match source(draw, sources, FieldType::is_numeric) {
        Some(name) if !draw.one_in(4) => Expression::Field { name, map_missing_to: maybe(draw, some_number) },
        _ => Expression::Constant((!draw.one_in(12)).then(|| number(draw).into())),
    };
    if depth == 0 {
        return leaf(draw);
    }
    match draw.below(12) {
        0 => leaf(draw),
        1 => {
            let function = draw.of(&["abs", "sqrt", "floor", "ceil", "round", "rint", "-", "+"]);
            let argument = numeric(draw, sources, depth - 1);
            apply(draw, function, vec![argument], Some(1.5.into()))
        }
        2 => {
            let function = draw.of(&["sum", "product", "avg", "min", "max"]);
            let arguments = (0..1 + draw.below(4)).map(|_| numeric(draw, sources, depth - 1)).collect();
            apply(draw, function, arguments, Some((-2.0).into()))
        }
        3 => {
            let arguments = vec![
                truth(draw, sources, depth - 1),
                numeric(draw, sources, depth - 1),
                numeric(draw, sources, depth - 1),
            ];
            let count = 2 + draw.below(2);
            apply(draw, "if", arguments.into_iter().take(count).collect(), Some(7.0.into()))
        }
        4 => match source(draw, sources, FieldType::is_numeric) {
            None => leaf(draw),
            Some(field) => {
                let mut orig = number(draw);
                let norms = (0..2 + draw.below(3))
                    .map(|_| {
                        orig += 0.1 + draw.below(40) as f64 / 3.0;
                        LinearNorm { orig, norm: number(draw) }
                    })
                    .collect();
                let outliers = draw.of(&[OutlierTreatment::AsIs, OutlierTreatment::Clamp, OutlierTreatment::Missing]);
                Expression::NormContinuous { field, norms, outliers, map_missing_to: draw.one_in(3).then_some(0.3) }
            }
        },
        5 => match source(draw, sources, |_| true) {
            None => leaf(draw),
            Some(field) => {
                let of = sources.iter().find(|(name, _)| *name == field).map(|(_, t)| *t).unwrap();
                let value = literal(draw, of);
                Expression::NormDiscrete { field, value, map_missing_to: draw.one_in(3).then_some(0.5) }
            }
        },
        6 => match source(draw, sources, FieldType::is_numeric) {
            None => leaf(draw),
            Some(field) => Expression::Discretize {
                field,
                bins: (0..1 + draw.below(4))
                    .map(|_| DiscretizeBin { interval: interval(draw), value: number(draw).into() })
                    .collect(),
                default: maybe(draw, some_number),
                map_missing_to: maybe(draw, some_number),
            },
        },
        7 => match source(draw, sources, |t| t == FieldType::Categorical) {
            None => leaf(draw),
            Some(field) => {
                let argument = vec![Expression::Field { name: field, map_missing_to: None }];
                apply(draw, "stringLength", argument, Some(3.0.into()))
            }
        },
        8 => map_values(draw, sources),
        _ => {
            let function = draw.of(&["+", "-", "*", "/", "modulo", "threshold"]);
            let arguments = vec![numeric(draw, sources, depth - 1), numeric(draw, sources, depth - 1)];
            apply(draw, function, arguments, Some(0.0.into()))
        }
    }
}

fn map_values(draw: &mut Draw, sources: &Sources) -> Expression {
    let some_number: fn(&mut Draw) -> Literal = |draw| number(draw).into();
    let fields: Vec<(String, FieldType)> = (0..1 + draw.below(2)).map(|_| draw.of(sources)).collect();
    let rows = (0..1 + draw.below(5))
        .map(|_| {
            let mut row: Vec<Literal> = fields.iter().map(|(_, of)| literal(draw, *of)).collect();
            row.push(number(draw).into());
            row
        })
        .collect();
    Expression::MapValues {
        fields: fields.into_iter().map(|(name, _)| name).collect(),
        rows,
        default: maybe(draw, some_number),
        map_missing_to: maybe(draw, some_number),
    }
}

/// An expression that gives a truth value.
fn truth(draw: &mut Draw, sources: &Sources, depth: usize) -> Expression {
    let (a, b) = (numeric(draw, sources, depth.saturating_sub(1)), numeric(draw, sources, depth.saturating_sub(1)));
    let comparisons = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"];
    if depth == 0 {
        let function = draw.of(&comparisons);
        return apply(draw, function, vec![a, b], Some(true.into()));
    }
    match draw.below(7) {
        0 => {
            let function = draw.of(&["isMissing", "isNotMissing", "isValid", "isNotValid"]);
            apply(draw, function, vec![a], None)
        }
        1 => {
            let function = draw.of(&["isIn", "isNotIn"]);
            let c = numeric(draw, sources, 0);
            apply(draw, function, vec![a, b, c], None)
        }
        2 | 3 => {
            let function = draw.of(&["and", "or"]);
            let arguments = (0..2 + draw.below(2)).map(|_| truth(draw, sources, depth - 1)).collect();
            apply(draw, function, arguments, Some(false.into()))
        }
        4 => {
            let argument = truth(draw, sources, depth - 1);
            apply(draw, "not", vec![argument], Some(true.into()))
        }
        _ => {
            let function = draw.of(&comparisons);
            apply(draw, function, vec![a, b], Some(true.into()))
        }
    }
}

fn text(draw: &mut Draw, sources: &Sources) -> Option<Expression> {
    let field = || source(&mut Draw::new(7), sources, |t| t == FieldType::Categorical);
    let name = field()?;
    let argument = Expression::Field { name, map_missing_to: maybe(draw, |draw| draw.of(&TEXTS).into()) };
    Some(if draw.one_in(2) {
        let constant = Expression::Constant(Some(draw.of(&TEXTS).into()));
        apply(draw, "concat", vec![argument, constant], None)
    } else {
        let number = |n: f64| Expression::Constant(Some(n.into()));
        let (start, length) = (1 + draw.below(3), draw.below(4));
        apply(draw, "substring", vec![argument, number(start as f64), number(length as f64)], Some("own".into()))
    })
}

fn predicate(draw: &mut Draw, sources: &Sources, depth: usize) -> Predicate {
    let (field, of) = draw.of(sources);
    let compound = if depth == 0 { 0 } else { draw.below(10) };
    let parts = |draw: &mut Draw| (0..1 + draw.below(3)).map(|_| predicate(draw, sources, depth - 1)).collect();
    match compound {
        6 => return Predicate::And(parts(draw)),
        7 => return Predicate::Or(parts(draw)),
        8 => return Predicate::Xor(parts(draw)),
        9 => return Predicate::Surrogate(parts(draw)),
        _ => {}
    }
    // Now and then a literal of another type, which no value equals.
    let of = if draw.one_in(12) { FieldType::Boolean } else { of };
    let operators = [
        Operator::Equal,
        Operator::NotEqual,
        Operator::LessThan,
        Operator::LessOrEqual,
        Operator::GreaterThan,
        Operator::GreaterOrEqual,
    ];
    match draw.below(9) {
        0 => Predicate::IsMissing(field),
        1 => Predicate::IsNotMissing(field),
        2 => Predicate::IsIn { field, values: literals(draw, of, 4) },
        3 => Predicate::IsNotIn { field, values: literals(draw, of, 4) },
        4 if depth > 0 && draw.one_in(4) => draw.of(&[Predicate::True, Predicate::False]),
        _ => Predicate::Compare { field, operator: draw.of(&operators), value: literal(draw, of) },
    }
}

fn points(draw: &mut Draw, decimals: u32) -> Points {
    // Few values, so that ties are common.
    Points::from_units(draw.below(9) as i64 * 5 - 15, draw.below(decimals as usize + 1) as u32).unwrap()
}

fn reason(draw: &mut Draw) -> Reason {
    Reason { code: format!("R{}'\\", draw.below(5)), text: String::new() }
}

fn characteristic(draw: &mut Draw, index: usize, sources: &Sources, decimals: u32, limits: Limits) -> Characteristic {
    let (field, of) = draw.of(sources);
    let own_reasons = draw.one_in(4);
    let mut attributes = Vec::new();
    for _ in 0..1 + draw.below(5) {
        let when = match draw.below(6) {
            0 if of.is_numeric() => Condition::Special(literals(draw, of, 2)),
            1 => Condition::Missing,
            2 => Condition::Values(literals(draw, of, 4)),
            3 => Condition::Predicate(predicate(draw, sources, 2)),
            _ if of.is_numeric() => Condition::Interval(interval(draw)),
            _ => Condition::Values(literals(draw, of, 3)),
        };
        let expression = (limits.derived && draw.one_in(12)).then(|| numeric(draw, sources, 2));
        attributes.push(Attribute {
            label: None,
            when,
            points: points(draw, decimals),
            points_expression: expression,
            reason: own_reasons.then(|| reason(draw)),
            statistics: None,
        });
    }
    if !draw.one_in(4) {
        attributes.push(Attribute {
            label: Some("anything\nelse; --".into()),
            when: Condition::Otherwise,
            points: points(draw, decimals),
            points_expression: None,
            reason: None,
            statistics: None,
        });
    }
    let mut baseline = || Some(points(draw, decimals));
    let baselines = Baselines { maximum: baseline(), mean: baseline(), mean_at_cutoff: baseline(), stated: baseline() };
    Characteristic {
        name: if index == 2 {
            "a name much longer than sixty-three bytes, as only a committee can think of".into()
        } else {
            format!("c {index}")
        },
        field,
        label: None,
        reason: Some(reason(draw)),
        inquiries: draw.one_in(5),
        baselines,
        attributes,
        statistics: None,
    }
}

/// A random scorecard.
pub(crate) fn scorecard(seed: u64, limits: Limits) -> Scorecard {
    let draw = &mut Draw::new(seed);
    let mut card = Scorecard::named(format!("random {seed}\n; DROP TABLE applications; --"));
    card.matching = Matching::FirstMatch;
    card.fields = (0..2 + draw.below(6)).map(|index| field(draw, index)).collect();
    let mut sources: Sources = card.fields.iter().map(|field| (field.name.clone(), field.field_type)).collect();
    if limits.derived {
        for index in 0..draw.below(4) {
            let (expression, field_type) = match draw.below(6) {
                0 => (truth(draw, &sources, 2), FieldType::Boolean),
                1 => (truth(draw, &sources, 2), FieldType::Numeric),
                2 => match text(draw, &sources) {
                    Some(text) => (text, FieldType::Categorical),
                    None => (numeric(draw, &sources, 2), FieldType::Numeric),
                },
                3 => (numeric(draw, &sources, 1), FieldType::Integer),
                _ => (numeric(draw, &sources, 3), FieldType::Numeric),
            };
            let name = format!("d{index}");
            card.derived.push(DerivedField { name: name.clone(), field_type, expression });
            sources.push((name, field_type));
        }
    }
    let decimals = draw.of(&[0, 0, 2, 4]);
    card.initial_score = points(draw, decimals);
    card.scaling = draw.one_in(2).then(|| Scaling {
        pdo: draw.of(&[20.0, -15.5, 0.7]),
        points: number(draw),
        odds: draw.of(&[50.0, 1.0, 0.3]),
    });
    card.output = draw.one_in(4).then(|| OutputRule {
        minimum: draw.one_in(2).then_some(-20.5),
        maximum: draw.one_in(2).then_some(30.25),
        factor: draw.of(&[1.0, -0.5, 1.1]),
        constant: draw.of(&[0.0, 0.25, 600.0]),
        cast: draw.of(&[None, Some(Cast::Round), Some(Cast::Ceiling), Some(Cast::Floor)]),
    });
    card.reasons = Reasons {
        enabled: !draw.one_in(8),
        method: draw.of(&[
            BaselineMethod::Maximum,
            BaselineMethod::Mean,
            BaselineMethod::MeanAtCutoff,
            BaselineMethod::Stated,
        ]),
        direction: draw.of(&[Direction::PointsBelow, Direction::PointsAbove]),
        at_most: 1 + draw.below(5) as u8,
        mode: draw.of(&[ReasonMode::Notice, ReasonMode::Pmml]),
        baseline_note: String::new(),
    };
    card.characteristics =
        (0..1 + draw.below(8)).map(|index| characteristic(draw, index, &sources, decimals, limits)).collect();
    if draw.one_in(2) {
        card.output_fields = output_fields(draw, sources, limits);
    }
    card
}

/// Output fields of every kind; expressions where derived fields are allowed.
fn output_fields(draw: &mut Draw, mut sources: Sources, limits: Limits) -> Vec<OutputField> {
    let named = |name: &str, field_type: Option<FieldType>, internal: bool, value: OutputSource| OutputField {
        name: name.into(),
        label: None,
        field_type,
        internal,
        value,
    };
    let rank = 1 + draw.below(6) as u8;
    // Names in the place of our own columns, too.
    let (why, grade) = (draw.of(&["why \"not\"", "reason_1", "Reason_2"]), draw.of(&["grade", "score", "Odds"]));
    let mut fields = vec![
        named(grade, None, draw.one_in(4), OutputSource::Score),
        named(why, None, draw.one_in(4), OutputSource::Reason(rank)),
    ];
    if !limits.derived {
        return fields;
    }
    sources.push((grade.into(), FieldType::Numeric));
    sources.push((why.into(), FieldType::Categorical));
    for index in 0..1 + draw.below(3) {
        let (expression, kind) = match draw.below(4) {
            0 => (truth(draw, &sources, 1), FieldType::Boolean),
            1 => match text(draw, &sources) {
                Some(text) => (text, FieldType::Categorical),
                None => (numeric(draw, &sources, 1), FieldType::Numeric),
            },
            _ => (numeric(draw, &sources, 2), FieldType::Numeric),
        };
        let name = format!("o{index}");
        let field_type = draw.one_in(2).then_some(kind);
        fields.push(named(&name, field_type, draw.one_in(5), OutputSource::Expression(expression)));
        sources.push((name, kind));
    }
    fields
}

/// Numbers that the scorecard names, to try beside and on.
fn edges(card: &Scorecard) -> Vec<f64> {
    let mut found = Vec::new();
    let mut open = vec![serde_json::to_value(card).unwrap()];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Number(number) => found.extend(number.as_f64()),
            serde_json::Value::Array(list) => open.extend(list),
            serde_json::Value::Object(members) => open.extend(members.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}

/// Applications, one value a field, in the order of the scorecard's fields.
pub(crate) fn applications(card: &Scorecard, seed: u64, count: usize, limits: Limits) -> Vec<Vec<Value<'static>>> {
    let draw = &mut Draw::new(seed ^ 0xface);
    let edges = edges(card);
    (0..count)
        .map(|_| {
            // Mostly sound applications, or few would be scored.
            let spoiled = draw.one_in(4);
            card.fields.iter().map(|field| one(draw, field, &edges, spoiled, limits)).collect()
        })
        .collect()
}

fn one(draw: &mut Draw, field: &Field, edges: &[f64], spoiled: bool, limits: Limits) -> Value<'static> {
    if draw.one_in(7) {
        return Value::Missing;
    }
    let whole = field.field_type == FieldType::Integer;
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => {
            if spoiled && draw.one_in(4) {
                let largest = if limits.derived { 1e6 } else { f64::MAX };
                return Value::Number(draw.of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, largest, -largest, 0.5]));
            }
            let edge = if draw.one_in(2) { draw.of(edges) } else { number(draw) };
            let edge = if limits.derived { edge.clamp(-1e6, 1e6) } else { edge };
            Value::Number(match draw.below(4) {
                _ if whole => edge.round(),
                // PostgreSQL ends a statement where a quotient overflows; the least doubles are only compared with.
                _ if limits.derived && edge == 0.0 => edge,
                0 => edge.next_up(),
                1 => edge.next_down(),
                _ => edge,
            })
        }
        FieldType::Boolean => Value::Boolean(draw.one_in(2)),
        FieldType::Date if spoiled => Value::Text(draw.of(&[
            "2023-02-29",
            "2026-13-01",
            "yesterday",
            "2024-02-29\n",
            "1900-02-29",
            " 2024-02-29",
        ])),
        FieldType::Date => Value::Text(draw.of(&DATES)),
        _ if spoiled => Value::Text(draw.of(&["unseen", "OWN", " own", "null"])),
        _ => Value::Text(draw.of(&TEXTS)),
    }
}
