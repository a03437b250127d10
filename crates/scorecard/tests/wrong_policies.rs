//! Wrong policies: one clear error each, with the rule, the part at fault and what to do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;
mod policies;

use cards::small;
use policies::{document, rule};
use proptest::prelude::*;
use scorecard::{
    Value,
    policy::{Band, Decision, Effect, MAX_EXPRESSION, Policy, PolicyEvaluator, from_json, to_json},
};

/// The error of a policy with this one expression.
fn wrong(when: &str) -> String {
    match PolicyEvaluator::new(document(vec![rule("the-rule", Effect::Refer, when)]), &small()) {
        Ok(_) => panic!("accepted: {when}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn expressions_that_do_not_type_check() {
    for (when, parts) in [
        ("agee < 21", &["there is no variable `agee`", "did you mean `age`?"] as &[&str]),
        ("nonsense_name < 21", &["there is no variable", "use a field of the scorecard"]),
        ("application.agee < 21", &["no field `agee`", "did you mean `age`?"]),
        ("application['agee'] < 21", &["did you mean `age`?"]),
        ("has(application.hosing)", &["did you mean `housing`?"]),
        ("'hosing' in application", &["did you mean `housing`?"]),
        ("points.agee > 1", &["no characteristic `agee`", "did you mean `age`?"]),
        ("points > 1", &["cannot be used as a whole"]),
        ("application == null", &["cannot be used as a whole"]),
        ("application[housing] == 'x'", &["named by a constant text"]),
        ("age < 'old'", &["in `age < \"old\"`", "a number and a text have no order"]),
        ("age == 'old'", &["a number never equals a text"]),
        ("housing == 1", &["a text never equals"]),
        ("housing == true", &["a text never equals a truth value"]),
        ("age in ['a']", &["a number is never in a list of a text"]),
        ("housing in 'own'", &["where a list such as [1, 2] is expected"]),
        ("age in [1, 'a']", &["side by side; all must be of one type"]),
        ("age", &["`age` is a number, but a rule must be true or false", "`age > 0`"]),
        ("housing", &["a text, but a rule must be true or false"]),
        ("age && true", &["in `age`: a number where true or false is expected"]),
        ("!age", &["where true or false is expected"]),
        ("-housing == 'x'", &["cannot be negated"]),
        ("age ? true : false", &["before the `?`"]),
        ("age > 1 ? true : 'x'", &["both must be of one type"]),
        ("age + housing > 1", &["cannot be computed with"]),
        ("size(housing) * age > 1", &["write double(…) around the whole number"]),
        ("age % 2 == 0", &["write int(…) around a field"]),
        ("age == 9007199254740993", &["too large to be exact"]),
        ("sice(housing) > 1", &["no function `sice`", "did you mean `size`?"]),
        ("frobnicate(housing)", &["there is no function `frobnicate`"]),
        ("housing.startswith('o')", &["did you mean `startsWith`?"]),
        ("startsWith(housing, 'o')", &["write this as text.startsWith(part)"]),
        ("housing.startsWith()", &["takes 1 argument(s) here, not 0"]),
        ("size(housing, age) > 1", &["takes 1 argument(s) here, not 2"]),
        ("size(age) > 1", &["`size` does not take a number"]),
        ("housing.contains(age)", &["`contains` does not take a text and a number"]),
        ("housing.matches(housing)", &["must be a constant text"]),
        ("housing.matches('(')", &["the pattern does not compile", "unclosed group"]),
        ("housing.matches('(a{1000}){1000}')", &["needs more than"]),
        ("housing.exists(c, c == 'o')", &["a text where a list is expected"]),
        ("[1, 2].exists(n)", &["write this as list.exists(x"]),
        ("[1, 2].all(n, n)", &["where true or false is expected"]),
        ("has(age)", &["has(application.name)"]),
        ("has()", &["has takes one argument"]),
        ("housing.length > 1", &["only `application` and `points` have members"]),
        ("age + 1 == null", &["only a field can be compared with null"]),
        ("age == 5u", &["leave the `u` out"]),
        ("housing == b'own'", &["no bytes"]),
        ("Person{name: 'x'} == null", &["no message types"]),
        ("housing == 'own' ? null : true", &["both must be of one type"]),
        ("timestamp('2026-01-01T00:00:00Z') > 1", &["there is no function `timestamp`"]),
        ("{1.5: 'a'}[age] == 'a'", &["cannot be the key of a map"]),
        ("[1, 2]['a'] == 1", &["a text cannot be looked up in a list"]),
    ] {
        let error = wrong(when);
        assert!(error.starts_with("policy rule `the-rule`: "), "{when}: {error}");
        for part in parts {
            assert!(error.contains(part), "{when}: {error}");
        }
    }
}

#[test]
fn expressions_that_do_not_parse() {
    for (when, parts) in [
        ("age <", &["line 1, column 6"] as &[&str]),
        ("age < 21 &", &["line 1, column 10", "&&"]),
        ("age <\n  21 )", &["line 2, column 6"]),
        ("housing == 'own", &["line 1, column 12"]),
        ("age = 21", &["line 1, column 5"]),
        ("age < 21 and true", &["line 1, column 10"]),
        ("1e999 > age", &["invalid double literal"]),
        ("99999999999999999999 > age", &["invalid int literal"]),
        ("for > 1", &["reserved identifier", "application["]),
        ("age < 21;", &["line 1"]),
        ("\u{fffd}", &["line 1"]),
        ("age.?x == 1", &["line 1"]),
        ("`age` < 21", &["line 1"]),
    ] {
        let error = wrong(when);
        for part in parts {
            assert!(error.contains(part), "{when}: {error}");
        }
    }
}

#[test]
fn no_nesting_exhausts_the_stack() {
    let deep = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    for times in [63, 1_000, 10_000] {
        for source in [
            deep("(", "age < 1", ")", times),
            deep("[", "1", "]", times) + " == [1]",
            deep("{1:", "1", "}", times) + " == 1",
            deep("!(", "true", ")", times),
            deep("-", "age", "", times) + " < 1",
            deep("-(", "age", ")", times) + " < 1",
            deep("age > 1 ? true : ", "false", "", times),
            deep("age > 1 ? ", "true", " : false", times),
            deep("double(", "age", ")", times) + " < 1",
            deep("[1].all(x, ", "true", ")", times),
            deep("", "[1]", ".map(x, x)", times) + " == [1]",
            deep("", "housing", " + 'x'", times) + " == ''",
            deep("1.0 + (", "age", ")", times) + " < 1",
            deep("", "age", "[0]", times),
            deep("", "age", ".x", times),
            deep("!!(!!!!!!(!!!!(((((!!(!!(!!!!((", "1", "", times),
            deep("{[(", "", "", times),
            deep("", "", ")]}", times),
            deep("{\"a\": [{", "", "}]}", times),
        ] {
            // Refused or not: no end of the process, and an answer soon.
            let _ = PolicyEvaluator::new(document(vec![rule("deep", Effect::Refer, &source)]), &small());
        }
    }
    let error = wrong(&deep("(", "age < 1", ")", 100));
    assert!(error.contains("nested more than 64 deep"), "{error}");
    // What is as deep as allowed can also be decided on.
    for when in [
        deep("!(", "size(housing) > 3", ")", 30),
        deep("", "[1]", ".map(x, x)", 25) + " == [1]",
        deep("[1].all(x, ", "size(housing) > 3", ")", 19),
        format!("size(housing) > 3 ? ({}) : false", deep("size(housing) > 4 ? true : ", "false", "", 25)),
    ] {
        let policy = PolicyEvaluator::new(document(vec![rule("deep", Effect::Refer, &when)]), &small()).unwrap();
        policies::decide(&policy, &[Value::Number(20.0), Value::Text("own")]);
    }
}

#[test]
fn sizes_have_limits() {
    let long = format!("age in [{}]", vec!["1"; MAX_EXPRESSION / 2].join(","));
    assert!(wrong(&long).contains("the limit is 65536"), "{}", wrong(&long));
    let list = format!("[{}]", vec!["1"; 2_000].join(","));
    let slow = wrong(&format!("{list}.all(x, {list}.exists(y, x == y))"));
    assert!(slow.contains("steps") && slow.contains("shorter lists"), "{slow}");
    let mut many = document(Vec::new());
    many.rules = vec![rule("r", Effect::Refer, "true"); 100_001];
    assert!(many.check().unwrap_err().to_string().contains("100001 rules; the limit is 100000"));
}

/// The error of a document that was spoiled.
fn spoiled(spoil: impl FnOnce(&mut Policy)) -> String {
    let mut policy = document(vec![rule("a", Effect::KnockOut, "age < 21"), rule("b", Effect::Refer, "age < 25")]);
    spoil(&mut policy);
    from_json(to_json(&policy).as_bytes()).unwrap_err().to_string()
}

fn band(name: &str, from: Option<f64>, to: Option<f64>) -> Band {
    Band { name: name.into(), from, to, decision: Decision::Refer }
}

#[test]
fn bands_with_gaps_overlaps_and_open_ends_in_the_wrong_place() {
    for (bands, part) in [
        (vec![], "at least one band"),
        (vec![band("a", Some(1.0), None)], "leave `from` out of the first band"),
        (vec![band("a", None, Some(1.0))], "leave `to` out of the last band"),
        (vec![band("a", None, Some(1.0)), band("b", Some(2.0), None)], "between 1 and 2 belong to no band"),
        (vec![band("a", None, Some(2.0)), band("b", Some(1.0), None)], "the band before it ends at 2"),
        (vec![band("a", None, None), band("b", Some(1.0), None)], "only the last band is open above"),
        (vec![band("a", None, Some(1.0)), band("b", None, None)], "has no `from`"),
        (vec![band("a", None, Some(1.0)), band("a", Some(1.0), None)], "must be unique"),
        (
            vec![band("a", None, Some(1.0)), band("b", Some(1.0), Some(1.0)), band("c", Some(1.0), None)],
            "holds no score",
        ),
    ] {
        let error = spoiled(|policy| policy.scores.bands = bands);
        assert!(error.starts_with("policy: ") && error.contains(part), "{part}: {error}");
    }
}

#[test]
fn names_and_reasons() {
    assert!(spoiled(|policy| policy.rules[1].id = "a".into()).contains("ids must be unique"));
    assert!(spoiled(|policy| policy.rules[1].id = " ".into()).contains("rules[1] has no id"));
    assert!(spoiled(|policy| policy.rules[1].reason.code.clear()).contains("the reason has no code"));
    assert!(spoiled(|policy| policy.rules[0].reason.text.clear()).contains("add `reason.text`"));
    assert!(spoiled(|policy| policy.rules[0].when = "\n".into()).contains("`when` is empty"));
}

#[test]
fn documents_of_another_kind_and_slips_are_told_apart() {
    let text = to_json(&document(vec![rule("a", Effect::KnockOut, "age < 21")]));
    let newer = from_json(text.replace("\"format_version\": 1", "\"format_version\": 2").as_bytes()).unwrap_err();
    assert!(newer.to_string().contains("version 2; this build reads version 1"), "{newer}");
    let other = from_json(text.replace("plimsoll-policy", "plimsoll-scorecard").as_bytes()).unwrap_err();
    assert!(other.to_string().contains("expected \"plimsoll-policy\""), "{other}");
    let slip = from_json(text.replace("\"knock_out\"", "\"knockout\"").as_bytes()).unwrap_err().to_string();
    assert!(slip.contains("rules[0].effect") && slip.contains("line") && slip.contains("knock_out"), "{slip}");
}

#[test]
fn a_scaling_is_needed_for_odds() {
    let mut card = small();
    card.scaling = None;
    let policy = document(vec![rule("r", Effect::Refer, "pd > 0.1")]);
    let error = PolicyEvaluator::new(policy, &card).unwrap_err().to_string();
    assert!(error.contains("`pd` is not known") && error.contains("no scaling"), "{error}");
}

/// Pieces that an expression may be made of, in any order.
const PIECES: [&str; 44] = [
    "age",
    "housing",
    "score",
    "points",
    "application",
    ".",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    "?",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "<",
    "<=",
    "==",
    "!=",
    "&&",
    "||",
    " in ",
    "1",
    "0x1F",
    "2.5e3",
    "'own'",
    "r'\\'",
    "\"\\u00e9\"",
    "true",
    "null",
    "has(",
    "size(",
    ".exists(x, ",
    ".map(x, ",
    "x",
    "b'\\xff'",
    "//",
    "\n",
];

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = PolicyEvaluator::new(document(vec![rule("r", Effect::Refer, &text)]), &small());
    }

    #[test]
    fn no_pieces_panic(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..80)) {
        let when = pieces.concat();
        if let Ok(policy) = PolicyEvaluator::new(document(vec![rule("r", Effect::Refer, &when)]), &small()) {
            policies::decide(&policy, &[Value::Number(20.0), Value::Text("own")]);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = from_json(&bytes);
    }
}
