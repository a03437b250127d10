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
    text: Option<&'f str>,
    origin: ReasonOrigin,
    points_lost: Option<Points>,
}

/// The reasons of whoever decided, in their order: of the part of the system that failed (12 CFR 1002.9, comment
/// 9(b)(2)-5), or of the person. What two of them say alike, code and text, is told once.
pub(super) fn principal(
    facts: &NoticeFacts,
    settings: &NoticeSettings,
    adverse: &Adverse<'_>,
    warnings: &mut Vec<NoticeWarning>,
) -> Result<Principal, NoticeError> {
    let mut told: Vec<PrincipalReason> = Vec::new();
    let mut not_told: Vec<ReasonNotTold> = Vec::new();
    for candidate in candidates(facts, adverse) {
        let Candidate { field, code, origin, points_lost, .. } = candidate;
        let text = text_of(&field, code, candidate.text, settings)?;
        if told.iter().any(|reason| reason.code == code && reason.text == text) {
            continue;
        }
        if told.len() >= usize::from(settings.principal_reasons_at_most) {
            not_told.push(ReasonNotTold { code: code.to_owned(), origin });
            continue;
        }
        warn_if_vague(&field, code, &text, warnings);
        let rank = u8::try_from(told.len() + 1).unwrap_or(u8::MAX);
        let hmda = settings.hmda.get(code).copied();
        told.push(PrincipalReason { rank, code: code.to_owned(), text, origin, points_lost, hmda });
    }
    if told.is_empty() {
        return Err(NoticeError::fact("reasons", none(adverse)));
    }
    if !not_told.is_empty() {
        let codes: Vec<&str> = not_told.iter().map(|reason| reason.code.as_str()).collect();
        warn(
            warnings,
            WarningKind::ReasonsNotTold,
            format!(
                "not told, beyond the {} principal reasons: {}; if one of them was a principal reason, raise principal_reasons_at_most",
                settings.principal_reasons_at_most,
                codes.join(", ")
            ),
        );
    }
    let hmda = (!settings.hmda.is_empty()).then(|| hmda_reasons(&told, warnings));
    Ok(Principal { told, not_told, hmda })
}

fn candidates<'f>(facts: &'f NoticeFacts, adverse: &Adverse<'f>) -> Vec<Candidate<'f>> {
    let decided_by = match adverse {
        Adverse::Person(reasons) => {
            let candidate = |(i, reason): (usize, &'f super::ReviewReason)| Candidate {
                field: format!("review.reasons[{i}]"),
                code: &reason.code,
                text: reason.text.as_deref(),
                origin: ReasonOrigin::Review,
                points_lost: None,
            };
            return reasons.iter().enumerate().map(candidate).collect();
        }
        Adverse::System(decided_by) => *decided_by,
    };
    let failed = |source| match decided_by {
        DecidedBy::Score => source == ReasonSource::Score,
        DecidedBy::Rules => source == ReasonSource::Rule,
        DecidedBy::Both => true,
    };
    let candidate = |(i, reason): (usize, &'f super::Reason)| Candidate {
        field: format!("reasons[{i}]"),
        code: &reason.code,
        text: reason.text.as_deref(),
        origin: reason.source.into(),
        points_lost: reason.points_lost,
    };
    facts.reasons.iter().enumerate().filter(|(_, reason)| failed(reason.source)).map(candidate).collect()
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
        Adverse::System(DecidedBy::Both) | Adverse::Person(_) => "is empty; a notice must state the principal reasons",
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
