//! The adverse-action notice: what it says for which decision, and for which there is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use scorecard::{
    Points,
    policy::{DecidedBy, Decision},
};
use server::notice::{
    DateStyle, Decider, HmdaReason, Jurisdiction, LenderTemplates, NotAdverse, Notice, NoticeError, NoticeFacts,
    NoticeSettings, Notices, Organisation, Reason, ReasonSource, Review, ReviewReason, ScoreDisclosure, ScoreKind,
    WarningKind,
};
use time::macros::date;

fn notices() -> Notices {
    Notices::new(&LenderTemplates::default()).unwrap()
}

fn compose(facts: &NoticeFacts, settings: &NoticeSettings) -> Notice {
    notices().compose(facts, settings).unwrap_or_else(|e| panic!("{e}"))
}

fn us() -> NoticeSettings {
    NoticeSettings::default()
}

fn eu() -> NoticeSettings {
    NoticeSettings { jurisdictions: [Jurisdiction::Eu].into(), date_style: DateStyle::DayFirst, ..us() }
}

fn rule(code: &str, text: &str) -> Reason {
    Reason { code: code.to_owned(), text: Some(text.to_owned()), points_lost: None, source: ReasonSource::Rule }
}

fn by_rules() -> NoticeFacts {
    let mut facts = NoticeFacts::specimen();
    facts.decided_by = DecidedBy::Rules;
    facts
        .reasons
        .insert(0, rule("P02", "The credit asked for is large in relation to your account and savings with us"));
    facts
}

fn reviewed(decision: Decision, review: Decision, reasons: &[&str]) -> NoticeFacts {
    let mut facts = NoticeFacts::specimen();
    facts.decision = decision;
    let reason = |(i, text): (usize, &&str)| ReviewReason { code: format!("H{i}"), text: Some((*text).to_owned()) };
    let reasons = reasons.iter().enumerate().map(reason).collect();
    facts.review = Some(Review { decision: review, date: date!(2026 - 12 - 01), reasons });
    facts.notice_date = date!(2026 - 12 - 02);
    facts
}

fn snapshot(name: &str, facts: &NoticeFacts, settings: &NoticeSettings) {
    let notice = compose(facts, settings);
    let json = serde_json::to_string_pretty(&notice.json).unwrap();
    let warnings: Vec<&str> = notice.warnings.iter().map(|warning| warning.message.as_str()).collect();
    // The style is the same in all of them; one snapshot holds it.
    let letter = if name == "score" { &notice.html } else { notice.html.split_once("</style>").unwrap().1 };
    insta::assert_snapshot!(format!("{name}_json"), format!("{json}\n{}", warnings.join("\n")));
    insta::assert_snapshot!(format!("{name}_html"), letter);
    insta::assert_snapshot!(format!("{name}_text"), notice.text);
}

fn texts(notice: &Notice) -> Vec<&str> {
    notice.json.principal_reasons.iter().map(|reason| reason.text.as_str()).collect()
}

fn kinds(notice: &Notice) -> Vec<WarningKind> {
    notice.warnings.iter().map(|warning| warning.kind).collect()
}

#[test]
fn declined_by_the_score() {
    snapshot("score", &NoticeFacts::specimen(), &us());
}

#[test]
fn declined_by_rules() {
    let mut facts = by_rules();
    facts.consumer_reports.clear();
    facts.outside_information = false;
    snapshot("rules", &facts, &us());
}

#[test]
fn declined_by_both() {
    let mut facts = by_rules();
    facts.decided_by = DecidedBy::Both;
    let mut settings = us();
    settings.hmda = [("P02", 1), ("R01", 3), ("R05", 9)]
        .map(|(code, n)| (code.to_owned(), HmdaReason::try_from(n).unwrap()))
        .into();
    snapshot("both", &facts, &settings);
}

#[test]
fn declined_on_review_what_the_system_approved() {
    snapshot("review", &reviewed(Decision::Approve, Decision::Decline, &["We could not verify your income"]), &us());
}

#[test]
fn declined_in_the_european_union() {
    let mut facts = NoticeFacts::specimen();
    facts.consumer_reports.clear();
    facts.creditor.supervising_agency = None;
    snapshot("eu", &facts, &eu());
}

#[test]
fn what_is_not_adverse_is_refused() {
    use Decision::{Approve, Decline, Refer};
    let unreviewed = |decision| NoticeFacts { decision, ..NoticeFacts::specimen() };
    let cases = [
        (unreviewed(Approve), NotAdverse::Approved),
        (unreviewed(Refer), NotAdverse::Referred),
        (reviewed(Decline, Approve, &[]), NotAdverse::Overturned),
        (reviewed(Refer, Approve, &[]), NotAdverse::Approved),
        (reviewed(Approve, Approve, &[]), NotAdverse::Approved),
        (reviewed(Decline, Refer, &[]), NotAdverse::UnderReview),
        (reviewed(Approve, Refer, &[]), NotAdverse::UnderReview),
    ];
    for (facts, expected) in cases {
        match notices().compose(&facts, &us()) {
            Err(NoticeError::NotAdverse { why, .. }) => assert_eq!(why, expected),
            other => panic!("{expected:?}: {other:?}"),
        }
    }
}

#[test]
fn the_reasons_are_of_whoever_decided() {
    let person = compose(&reviewed(Decision::Approve, Decision::Decline, &["One", "Two"]), &us());
    assert_eq!((texts(&person), person.json.decided_by), (vec!["One", "Two"], Decider::Review));
    let upheld = compose(&reviewed(Decision::Decline, Decision::Decline, &[]), &us());
    assert_eq!((upheld.json.principal_reasons.len(), upheld.json.decided_by), (4, Decider::Score));
    let without = notices().compose(&reviewed(Decision::Refer, Decision::Decline, &[]), &us()).unwrap_err();
    assert!(without.to_string().starts_with("review.reasons:"), "{without}");

    let ruled = compose(&by_rules(), &us());
    assert_eq!(texts(&ruled), ["The credit asked for is large in relation to your account and savings with us"]);
    let scored = compose(&NoticeFacts { decided_by: DecidedBy::Score, ..by_rules() }, &us());
    assert!(scored.json.principal_reasons.iter().all(|reason| reason.code != "P02"));
    let none = NoticeFacts { decided_by: DecidedBy::Rules, ..NoticeFacts::specimen() };
    assert!(notices().compose(&none, &us()).unwrap_err().to_string().contains("no reason comes from a rule"));
}

fn codes(notice: &Notice) -> Vec<&str> {
    notice.json.principal_reasons.iter().map(|reason| reason.code.as_str()).collect()
}

/// 12 CFR 1002.9, comment 9(b)(2)-7.
#[test]
fn a_person_and_a_score_that_did_not_approve_both_give_reasons() {
    for decision in [Decision::Refer, Decision::Decline] {
        let notice = compose(&reviewed(decision, Decision::Decline, &["One"]), &us());
        assert_eq!(codes(&notice), ["H0", "R01", "R05", "R02"]);
        assert_eq!(notice.json.reasons_not_told[0].code, "R07");
        let many = compose(&reviewed(decision, Decision::Decline, &["1", "2", "3", "4", "5"]), &us());
        assert_eq!(codes(&many), ["H0", "H1", "H2", "R01"]);
        let left: Vec<&str> = many.json.reasons_not_told.iter().map(|reason| reason.code.as_str()).collect();
        assert_eq!(left, ["H3", "H4", "R05", "R02", "R07"]);
    }
    let by_rule =
        NoticeFacts { decided_by: DecidedBy::Rules, ..reviewed(Decision::Refer, Decision::Decline, &["One"]) };
    assert_eq!(codes(&compose(&by_rule, &us())), ["H0"]);
}

/// 12 CFR 1002.9, comment 9(b)(2)-8.
#[test]
fn a_rule_that_declines_alone_is_not_crowded_out() {
    let mut facts = by_rules();
    facts.decided_by = DecidedBy::Both;
    facts.reasons.rotate_left(1);
    assert_eq!(codes(&compose(&facts, &us())), ["R01", "R05", "R02", "P02"]);
}

#[test]
fn a_reason_without_text_stops_the_notice_unless_the_lender_has_one() {
    for text in [None, Some(String::new()), Some("  ".to_owned())] {
        let mut facts = NoticeFacts::specimen();
        facts.reasons[2].text = text;
        let error = notices().compose(&facts, &us()).unwrap_err();
        assert!(error.to_string().starts_with("reasons[2].text: reason `R02` has no text"), "{error}");
        let own = NoticeSettings { reason_texts: [("R02".to_owned(), "The term is long".to_owned())].into(), ..us() };
        assert_eq!(texts(&compose(&facts, &own))[2], "The term is long");
    }
}

#[test]
fn reasons_beyond_the_limit_are_named_in_a_warning() {
    let mut facts = by_rules();
    facts.decided_by = DecidedBy::Both;
    let notice = compose(&facts, &us());
    assert_eq!(notice.json.principal_reasons.len(), 4);
    assert_eq!(notice.json.reasons_not_told[0].code, "R07");
    assert_eq!(kinds(&notice), [WarningKind::ReasonsNotTold]);
    let five = compose(&facts, &NoticeSettings { principal_reasons_at_most: 5, ..us() });
    assert_eq!(five.json.principal_reasons.len(), 5);
    assert!(five.text.contains("We name at most five main reasons.") && five.warnings.is_empty());
    assert!(notices().compose(&facts, &NoticeSettings { principal_reasons_at_most: 0, ..us() }).is_err());
}

#[test]
fn a_reason_that_two_rules_share_is_told_once() {
    let mut facts = by_rules();
    facts.reasons = vec![rule("P1", "Same"), rule("P1", "Same"), rule("P2", "Other")];
    assert_eq!(texts(&compose(&facts, &us())), ["Same", "Other"]);
}

#[test]
fn vague_reasons_are_warned_of() {
    let mut facts = NoticeFacts::specimen();
    facts.reasons[0].text = Some("Insufficient  Score".to_owned());
    let notice = compose(&facts, &us());
    assert_eq!(kinds(&notice), [WarningKind::VagueReason]);
    assert!(notice.warnings[0].message.contains("`R01`"));
}

#[test]
fn key_factors_are_four_and_inquiries_besides() {
    let mut facts = NoticeFacts::specimen();
    let score = compose(&facts, &us()).json.score.unwrap();
    let ranks: Vec<(u8, bool)> = score.key_factors.iter().map(|factor| (factor.rank, factor.inquiries)).collect();
    assert_eq!(ranks, [(1, false), (2, false), (3, false), (4, false), (5, true)]);
    facts.reasons.push(Reason { code: "R99".to_owned(), ..facts.reasons[0].clone() });
    assert_eq!(compose(&facts, &us()).json.score.unwrap().key_factors.len(), 5);
    // Among the four already: not told twice.
    let inquiries = facts.score.as_mut().unwrap().inquiries.as_mut().unwrap();
    (inquiries.code, inquiries.text) = ("R05".to_owned(), facts.reasons[1].text.clone());
    assert_eq!(compose(&facts, &us()).json.score.unwrap().key_factors.len(), 4);
}

#[test]
fn when_the_score_is_told() {
    let told = |facts: &NoticeFacts, settings: &NoticeSettings| compose(facts, settings).json.score.is_some();
    let with = NoticeFacts::specimen();
    let without = NoticeFacts { consumer_reports: Vec::new(), ..with.clone() };
    let always = NoticeSettings { score_disclosure: ScoreDisclosure::Always, ..us() };
    let never = NoticeSettings { score_disclosure: ScoreDisclosure::Never, ..us() };
    assert!(told(&with, &us()) && !told(&without, &us()) && told(&without, &always) && told(&without, &eu()));
    assert!(!told(&NoticeFacts { consumer_reports: Vec::new(), ..by_rules() }, &eu()));
    let withheld = compose(&with, &never);
    assert!(withheld.json.score.is_none() && !withheld.text.contains("512"));
    assert_eq!(kinds(&withheld), [WarningKind::ScoreWithheld]);
    assert!(compose(&without, &never).warnings.is_empty());
}

#[test]
fn a_bought_score_needs_its_provider_and_its_own_key_factors() {
    let mut facts = NoticeFacts::specimen();
    let score = facts.score.as_mut().unwrap();
    (score.kind, score.inquiries) = (ScoreKind::Bought, None);
    assert!(notices().compose(&facts, &us()).unwrap_err().to_string().starts_with("score.provider:"));
    let bureau = Organisation { name: "Bureau".to_owned(), address: vec![], phone: None, website: None };
    facts.score.as_mut().unwrap().provider = Some(bureau);
    let notice = compose(&facts, &us());
    assert!(notice.json.score.as_ref().unwrap().key_factors.is_empty());
    assert_eq!(kinds(&notice), [WarningKind::KeyFactorsMissing]);
}

#[test]
fn the_deadline_is_thirty_days_from_the_completed_application() {
    let mut facts = NoticeFacts::specimen();
    assert_eq!(compose(&facts, &us()).json.deadline.unwrap().notify_by, date!(2026 - 12 - 24));
    facts.application_completed = None;
    assert_eq!(compose(&facts, &us()).json.deadline.unwrap().notify_by, date!(2026 - 12 - 26));
    facts.notice_date = date!(2026 - 12 - 26);
    assert!(compose(&facts, &us()).warnings.is_empty());
    facts.notice_date = date!(2026 - 12 - 27);
    assert_eq!(kinds(&compose(&facts, &us())), [WarningKind::Late]);
    assert!(compose(&facts, &eu()).json.deadline.is_none());
    facts.notice_date = date!(2026 - 11 - 25);
    assert!(notices().compose(&facts, &us()).unwrap_err().to_string().starts_with("notice_date:"));
}

#[test]
fn denial_reasons_merge_and_gaps_are_named() {
    let map = |codes: &[(&str, u8)]| NoticeSettings {
        hmda: codes.iter().map(|(code, n)| ((*code).to_owned(), HmdaReason::try_from(*n).unwrap())).collect(),
        ..us()
    };
    let notice = compose(&NoticeFacts::specimen(), &map(&[("R01", 3), ("R05", 3), ("R02", 9)]));
    let hmda = notice.json.hmda.as_ref().unwrap();
    assert_eq!(hmda.codes.iter().map(|code| u8::from(*code)).collect::<Vec<_>>(), [3, 9]);
    assert_eq!(hmda.other, ["The loan would run for a long time"]);
    assert_eq!(hmda.unmapped, ["R07"]);
    assert_eq!(kinds(&notice), [WarningKind::Hmda]);
    assert!(compose(&NoticeFacts::specimen(), &us()).json.hmda.is_none());
}

#[test]
fn what_the_law_asks_for_is_not_left_out_in_silence() {
    let refused = |change: fn(&mut NoticeFacts)| {
        let mut facts = NoticeFacts::specimen();
        change(&mut facts);
        notices().compose(&facts, &us()).unwrap_err().to_string()
    };
    assert!(refused(|f| f.creditor.supervising_agency = None).starts_with("creditor.supervising_agency:"));
    assert!(refused(|f| f.creditor.address.clear()).starts_with("creditor.address:"));
    assert!(refused(|f| f.reasons.clear()).starts_with("reasons:"));
    let mut facts = NoticeFacts::specimen();
    facts.consumer_reports[0].phone = None;
    (facts.creditor.phone, facts.creditor.email) = (None, None);
    assert_eq!(kinds(&compose(&facts, &us())), [WarningKind::AgencyIncomplete, WarningKind::NoQuickContact]);
    facts.score.as_mut().unwrap().value = Points::from_units(900, 0).unwrap();
    assert_eq!(kinds(&compose(&facts, &us()))[0], WarningKind::ScoreOutsideRange);
}

#[test]
fn data_stays_data() {
    let mut facts = NoticeFacts::specimen();
    let evil = r#"<script>alert(1)</script><img src=x onerror="x"> {{ 7*7 }} {% include "notice.txt" %} {# #} & '"#;
    let applicant = facts.applicant.as_mut().unwrap();
    (applicant.name, applicant.address) = (evil.to_owned(), vec![evil.to_owned()]);
    facts.decision_id = evil.to_owned();
    facts.reasons[0].text = Some(evil.to_owned());
    facts.consumer_reports[0].name = evil.to_owned();
    facts.creditor.email = Some(r#"" onclick="x"#.to_owned());
    let notice = compose(&facts, &us());
    for active in ["<script", "<img", r#"" onclick"#] {
        assert!(!notice.html.contains(active), "{active}");
    }
    assert!(notice.html.contains("{{ 7*7 }}") && notice.html.contains("&lt;script&gt;"));
    assert!(notice.text.contains("<script>alert(1)</script>") && !notice.text.contains("&lt;"));
}

#[test]
fn unfit_texts_are_refused_by_their_path() {
    let refused = |name: &str| {
        let mut facts = NoticeFacts::specimen();
        facts.applicant.as_mut().unwrap().name = name.to_owned();
        notices().compose(&facts, &us()).unwrap_err().to_string()
    };
    assert_eq!(refused("Alex\nDear all"), "applicant.name: holds U+000A; it must be one line of plain text");
    assert_eq!(refused("Alex \u{202e}"), "applicant.name: holds U+202E; it must be one line of plain text");
    assert_eq!(refused(&"x".repeat(201)), "applicant.name: has 201 characters; 200 is the most");
    assert_eq!(refused(" "), "applicant.name: is blank");
}

#[test]
fn the_largest_facts_fit_the_limits() {
    let mut facts = NoticeFacts::specimen();
    let long = "&".repeat(200);
    let organisation = Organisation {
        name: long.clone(),
        address: vec![long.clone(); 8],
        phone: Some(long.clone()),
        website: Some(long.clone()),
    };
    facts.consumer_reports = vec![organisation.clone(); 8];
    facts.creditor.supervising_agency = Some(organisation);
    facts.creditor.address = vec![long.clone(); 8];
    for i in 0..64 {
        let text = format!("{i:02}{}", "<".repeat(598));
        facts.reasons.push(Reason {
            code: format!("{i:0200}"),
            text: Some(text),
            points_lost: None,
            source: ReasonSource::Score,
        });
    }
    facts.reasons.drain(..4);
    let both: NoticeSettings = NoticeSettings {
        jurisdictions: [Jurisdiction::Us, Jurisdiction::Eu].into(),
        principal_reasons_at_most: 10,
        ..us()
    };
    assert_eq!(compose(&facts, &both).json.principal_reasons.len(), 10);
}

#[test]
fn settings_are_read_as_they_are_documented() {
    let settings: NoticeSettings = serde_json::from_str(
        r#"{ "jurisdictions": ["us", "eu"], "date_style": "day_first", "score_disclosure": "always",
             "reason_texts": { "R01": "Your account is overdrawn" }, "hmda": { "R01": 3 } }"#,
    )
    .unwrap();
    assert_eq!(settings.hmda["R01"], HmdaReason::CreditHistory);
    assert!(serde_json::from_str::<NoticeSettings>(r#"{ "hmda": { "R01": 10 } }"#).is_err());
    let facts = NoticeFacts::specimen();
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<NoticeFacts>(&json).unwrap(), facts);
}

fn any_reason() -> impl Strategy<Value = (String, bool)> {
    ("[A-Za-zäöü<>&'\"/{}% .0-9信]{1,120}", any::<bool>()).prop_filter("blank", |(text, _)| !text.trim().is_empty())
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_reason_is_lost_or_moved(reasons in prop::collection::vec(any_reason(), 1..=4), both in any::<bool>()) {
        let mut facts = NoticeFacts::specimen();
        facts.decided_by = if both { DecidedBy::Both } else { DecidedBy::Score };
        facts.reasons = reasons.iter().enumerate().map(|(i, (text, by_rule))| Reason {
            code: format!("C{i}"),
            text: Some(text.clone()),
            points_lost: None,
            source: if both && *by_rule { ReasonSource::Rule } else { ReasonSource::Score },
        }).collect();
        let notice = compose(&facts, &us());
        let given: Vec<&str> = reasons.iter().map(|(text, _)| text.trim()).collect();
        prop_assert_eq!(texts(&notice), given);
        let text = spaced(&notice.text);
        for reason in &notice.json.principal_reasons {
            let item = spaced(&format!("{}. {}", reason.rank, reason.text));
            prop_assert!(text.contains(&item));
        }
    }

    #[test]
    fn no_facts_make_it_panic(name in ".{0,250}", points in any::<i64>(), line in "\\PC{0,210}") {
        let mut facts = NoticeFacts::specimen();
        let applicant = facts.applicant.as_mut().unwrap();
        (applicant.name, applicant.address) = (name, vec![line]);
        facts.score.as_mut().unwrap().value = Points::from_units(points, 3).unwrap();
        if let Ok(notice) = notices().compose(&facts, &us()) {
            prop_assert!(notice.text.lines().all(|line| !line.ends_with(' ')));
        }
    }
}
