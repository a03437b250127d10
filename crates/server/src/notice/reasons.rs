//! Which reasons are the principal ones.

use scorecard::{Points, policy::DecidedBy};

use super::{
    HmdaReason, HmdaReasons, NoticeError, NoticeFacts, NoticeSettings, NoticeWarning, PrincipalReason, ReasonNotTold,
    ReasonSource, WarningKind, adverse::Adverse, check, document::ReasonOrigin, hmda, limits, vague::vague_phrase,
    warning::warn,
};

pub(super) struct Principal {
    pub(super) told: Vec<PrincipalReason>,
    pub(super) not_told: Vec<ReasonNotTold>,
    pub(super) hmda: Option<HmdaReasons>,
}

struct Candidate<'f> {
    field: String,
    code: &'f str,
    text: Result<String, NoticeError>,
    origin: ReasonOrigin,
    points_lost: Option<Points>,
}

/// The reasons of whoever decided, in their order: of the part of the system that failed (12 CFR 1002.9, comment
/// 9(b)(2)-7), after those of the person. What two of them say alike, code and text, is told once.
pub(super) fn principal(
    facts: &NoticeFacts,
    settings: &NoticeSettings,
    adverse: &Adverse<'_>,
    warnings: &mut Vec<NoticeWarning>,
) -> Result<Principal, NoticeError> {
    let mut candidates = candidates(facts, settings, adverse);
    if candidates.is_empty() {
        return Err(NoticeError::fact("reasons", none(adverse)));
    }
    let by_person = matches!(adverse, Adverse::Person(..));
    let not_told = beyond(&mut candidates, usize::from(settings.principal_reasons_at_most), by_person);
    if !not_told.is_empty() {
        warn_of_not_told(&not_told, settings, warnings);
    }
    let mut told = Vec::with_capacity(candidates.len());
    for (rank, candidate) in (1..).zip(candidates) {
        let Candidate { field, code, text, origin, points_lost } = candidate;
        let text = text?;
        warn_if_vague(&field, code, &text, warnings);
        let hmda = settings.hmda.get(code).copied();
        told.push(PrincipalReason { rank, code: code.to_owned(), text, origin, points_lost, hmda });
    }
    let hmda = (!settings.hmda.is_empty()).then(|| hmda_reasons(&told, warnings));
    Ok(Principal { told, not_told, hmda })
}

fn candidates<'f>(facts: &'f NoticeFacts, settings: &NoticeSettings, adverse: &Adverse<'f>) -> Vec<Candidate<'f>> {
    let mut candidates: Vec<Candidate<'f>> = Vec::new();
    let mut add = |field: String, code: &'f str, text: Option<&str>, origin, points_lost| {
        let text = text_of(&field, code, text, settings);
        if !candidates.iter().any(|other| other.code == code && other.text.is_ok() && other.text == text) {
            candidates.push(Candidate { field, code, text, origin, points_lost });
        }
    };
    if let Adverse::Person(reasons, _) = adverse {
        for (i, reason) in reasons.iter().enumerate() {
            add(format!("review.reasons[{i}]"), &reason.code, reason.text.as_deref(), ReasonOrigin::Review, None);
        }
    }
    let failed = |source| match adverse.failed() {
        Some(DecidedBy::Score) => source == ReasonSource::Score,
        Some(DecidedBy::Rules) => source == ReasonSource::Rule,
        Some(DecidedBy::Both) => true,
        None => false,
    };
    for (i, reason) in facts.reasons.iter().enumerate().filter(|(_, reason)| failed(reason.source)) {
        let (code, text) = (&reason.code, reason.text.as_deref());
        add(format!("reasons[{i}]"), code, text, reason.source.into(), reason.points_lost);
    }
    candidates
}

/// Takes out what is beyond the limit, the order kept: first the score's least, then the person's least, and last rules,
/// each of which declines alone (comment 9(b)(2)-8). Of a score beside a person's reasons one stays (comment 9(b)(2)-7).
fn beyond(candidates: &mut Vec<Candidate<'_>>, at_most: usize, by_person: bool) -> Vec<ReasonNotTold> {
    let mut taken = Vec::new();
    while candidates.len() > at_most {
        let last = |origin| candidates.iter().rposition(|candidate| candidate.origin == origin);
        let scores = candidates.iter().filter(|candidate| candidate.origin == ReasonOrigin::Score).count();
        let score = if scores > usize::from(by_person) { last(ReasonOrigin::Score) } else { None };
        let least = score.or_else(|| last(ReasonOrigin::Review)).unwrap_or(candidates.len() - 1);
        let candidate = candidates.remove(least);
        taken.push(ReasonNotTold { code: candidate.code.to_owned(), origin: candidate.origin });
    }
    taken.reverse();
    taken
}

fn warn_of_not_told(not_told: &[ReasonNotTold], settings: &NoticeSettings, warnings: &mut Vec<NoticeWarning>) {
    let codes: Vec<&str> = not_told.iter().map(|reason| reason.code.as_str()).collect();
    let message = format!(
        "not told, beyond the {} principal reasons: {}; if one of them was a principal reason, raise principal_reasons_at_most",
        settings.principal_reasons_at_most,
        codes.join(", ")
    );
    warn(warnings, WarningKind::ReasonsNotTold, message);
}

/// What the applicant is told: the lender's text for the code, else the model's or the policy's. A reason without a text
/// can be neither told nor left out (comment 9(b)(2)-4), so that it stops the notice.
pub(super) fn text_of(
    field: &str,
    code: &str,
    text: Option<&str>,
    settings: &NoticeSettings,
) -> Result<String, NoticeError> {
    if let Some(own) = settings.reason_texts.get(code) {
        check::text(&format!("reason_texts.{code}"), own, limits::TEXT)?;
        return Ok(own.trim().to_owned());
    }
    match text.map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(NoticeError::fact(
            format!("{field}.text"),
            format!(
                "reason `{code}` has no text, and an applicant cannot be told a code; give it one in the scorecard or the policy, or in reason_texts of the notice settings"
            ),
        )),
    }
}

pub(super) fn warn_if_vague(field: &str, code: &str, text: &str, warnings: &mut Vec<NoticeWarning>) {
    if let Some(phrase) = vague_phrase(text) {
        let message = format!(
            "{field}: reason `{code}` says `{phrase}`, which tells the applicant nothing that 12 CFR 1002.9(b)(2) accepts as a reason; name what in the application counted"
        );
        warn(warnings, WarningKind::VagueReason, message);
    }
}

fn none(adverse: &Adverse<'_>) -> &'static str {
    match adverse {
        Adverse::System(DecidedBy::Score) => {
            "the score decided, but no reason comes from the score; a notice must state the principal reasons"
        }
        Adverse::System(DecidedBy::Rules) => {
            "rules decided, but no reason comes from a rule; a notice must state the principal reasons"
        }
        Adverse::System(DecidedBy::Both) | Adverse::Person(..) => "is empty; a notice must state the principal reasons",
    }
}

fn hmda_reasons(told: &[PrincipalReason], warnings: &mut Vec<NoticeWarning>) -> HmdaReasons {
    let codes = hmda::merged(told.iter().filter_map(|reason| reason.hmda));
    let other = told.iter().filter(|r| r.hmda == Some(HmdaReason::Other)).map(|r| r.text.clone()).collect();
    let unmapped: Vec<String> = told.iter().filter(|r| r.hmda.is_none()).map(|r| r.code.clone()).collect();
    if !unmapped.is_empty() {
        let message =
            format!("no denial reason is mapped for: {}; complete `hmda` in the notice settings", unmapped.join(", "));
        warn(warnings, WarningKind::Hmda, message);
    }
    HmdaReasons { codes, other, unmapped }
}
