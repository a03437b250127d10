//! Made-up facts with which templates are tried.

use std::collections::BTreeSet;

use scorecard::{
    Points,
    policy::{DecidedBy, Decision},
};
use time::{Date, macros::date};

use super::{
    Addressee, Creditor, InquiriesFactor, Jurisdiction, NoticeFacts, NoticeSettings, Organisation, Reason,
    ReasonSource, Review, ReviewReason, ScoreFacts, ScoreKind,
};

const DAY: Date = date!(2026 - 11 - 26);

impl NoticeFacts {
    /// A made-up decline by the score, with every part that a notice can have: to preview templates with.
    #[must_use]
    pub fn specimen() -> Self {
        let score = |points| Points::from_units(points, 0).unwrap_or_default();
        let reason = |code: &str, text: &str, lost| Reason {
            code: code.to_owned(),
            text: Some(text.to_owned()),
            points_lost: Some(score(lost)),
            source: ReasonSource::Score,
        };
        Self {
            decision_id: "0199d2b4-7c1e-7a51-9d55-3f6f0a3c2b10".to_owned(),
            decision_date: DAY,
            notice_date: DAY,
            application_completed: Some(date!(2026 - 11 - 24)),
            decision: Decision::Decline,
            decided_by: DecidedBy::Score,
            reasons: vec![
                reason("R01", "Your checking account is overdrawn", 41),
                reason("R05", "You have little in savings", 27),
                reason("R02", "The loan would run for a long time", 15),
                reason("R07", "You have been with your employer for less than a year", 9),
            ],
            review: None,
            applicant: Some(Addressee {
                name: "Alex Morgan".to_owned(),
                address: vec!["12 Harbour Street".to_owned(), "Springfield, IL 62701".to_owned()],
            }),
            creditor: Creditor {
                name: "Specimen Bank".to_owned(),
                address: vec!["1 Market Square".to_owned(), "Springfield, IL 62701".to_owned()],
                phone: Some("(217) 555-0100".to_owned()),
                email: Some("lending@bank.example".to_owned()),
                website: Some("https://bank.example/decisions".to_owned()),
                supervising_agency: Some(organisation("Specimen Supervisory Agency", "(202) 555-0110")),
            },
            score: Some(ScoreFacts {
                kind: ScoreKind::Own,
                value: score(512),
                min: score(300),
                max: score(850),
                date: DAY,
                higher_is_better: true,
                provider: None,
                key_factors: Vec::new(),
                inquiries: Some(InquiriesFactor {
                    code: "R12".to_owned(),
                    text: Some("Several lenders have recently asked for your credit report".to_owned()),
                }),
            }),
            consumer_reports: vec![organisation("Specimen Credit Reports", "(800) 555-0120")],
            outside_information: true,
        }
    }
}

fn organisation(name: &str, phone: &str) -> Organisation {
    Organisation {
        name: name.to_owned(),
        address: vec!["P.O. Box 1000".to_owned(), "Washington, DC 20001".to_owned()],
        phone: Some(phone.to_owned()),
        website: None,
    }
}

/// Everything, nearly nothing, and a person's decision, under either law, both and none.
pub(super) fn all() -> Vec<(NoticeFacts, NoticeSettings)> {
    let full = NoticeFacts::specimen();
    let mut bare = full.clone();
    bare.reasons.truncate(1);
    bare.reasons.iter_mut().for_each(|reason| reason.source = ReasonSource::Rule);
    (bare.applicant, bare.score, bare.application_completed) = (None, None, None);
    (bare.creditor.phone, bare.creditor.email, bare.creditor.website) = (None, None, None);
    bare.consumer_reports.clear();
    bare.outside_information = false;
    let mut reviewed = full.clone();
    let reasons =
        vec![ReviewReason { code: "H1".to_owned(), text: Some("We could not verify your income".to_owned()) }];
    reviewed.review = Some(Review { decision: Decision::Decline, date: DAY, reasons });
    let mut all = Vec::new();
    for law in [vec![Jurisdiction::Us], vec![Jurisdiction::Eu], vec![Jurisdiction::Us, Jurisdiction::Eu], vec![]] {
        let settings = NoticeSettings { jurisdictions: BTreeSet::from_iter(law), ..NoticeSettings::default() };
        for (facts, decided_by) in [
            (&full, DecidedBy::Score),
            (&full, DecidedBy::Both),
            (&bare, DecidedBy::Rules),
            (&reviewed, DecidedBy::Score),
        ] {
            all.push((NoticeFacts { decided_by, ..facts.clone() }, settings.clone()));
        }
    }
    all
}
