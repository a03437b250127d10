//! Whether the score is told, and what with it.

use scorecard::policy::DecidedBy;

use super::{
    Creditor, Jurisdiction, KeyFactor, NoticeError, NoticeFacts, NoticeSettings, NoticeWarning, Organisation, Reason,
    ReasonSource, ScoreDisclosed, ScoreDisclosure, ScoreFacts, ScoreKind, WarningKind,
    adverse::Adverse,
    limits,
    reasons::{text_of, warn_if_vague},
    warning::warn,
};

pub(super) fn disclosed(
    facts: &NoticeFacts,
    settings: &NoticeSettings,
    adverse: &Adverse<'_>,
    warnings: &mut Vec<NoticeWarning>,
) -> Result<Option<ScoreDisclosed>, NoticeError> {
    let by_score = matches!(adverse.failed(), Some(DecidedBy::Score | DecidedBy::Both));
    let us = settings.jurisdictions.contains(&Jurisdiction::Us);
    let Some(score) = &facts.score else {
        if us && by_score && !facts.consumer_reports.is_empty() {
            let message =
                "the score decided and a consumer report was used, but no score was given; FCRA 615(a)(2) asks for it";
            warn(warnings, WarningKind::ScoreWithheld, message);
        }
        return Ok(None);
    };
    if !told(facts, score, settings, by_score) {
        if us && asked_by_fcra(facts, score) {
            let message = "score_disclosure is `never`, but a consumer report or a bought score was used; FCRA 615(a)(2) asks for the score";
            warn(warnings, WarningKind::ScoreWithheld, message);
        }
        return Ok(None);
    }
    if score.value < score.min || score.value > score.max {
        let message = "score.value lies outside score.min and score.max; give the model's range";
        warn(warnings, WarningKind::ScoreOutsideRange, message);
    }
    let key_factors = key_factors(facts, score, settings, warnings)?;
    if key_factors.is_empty() {
        let message = "the score is told without key factors; FCRA 609(f)(1)(C) asks for them";
        warn(warnings, WarningKind::KeyFactorsMissing, message);
    }
    Ok(Some(ScoreDisclosed {
        kind: score.kind,
        value: score.value,
        min: score.min,
        max: score.max,
        date: score.date,
        higher_is_better: score.higher_is_better,
        provider: provider(score, &facts.creditor)?,
        key_factors,
    }))
}

/// Neither a report nor a score from outside: the disclosure of FCRA 615(a)(2) is not asked for.
fn asked_by_fcra(facts: &NoticeFacts, score: &ScoreFacts) -> bool {
    !facts.consumer_reports.is_empty() || score.kind == ScoreKind::Bought
}

fn told(facts: &NoticeFacts, score: &ScoreFacts, settings: &NoticeSettings, by_score: bool) -> bool {
    let follows = |jurisdiction| settings.jurisdictions.contains(&jurisdiction);
    match settings.score_disclosure {
        ScoreDisclosure::Always => true,
        ScoreDisclosure::Never => false,
        ScoreDisclosure::Auto => {
            (follows(Jurisdiction::Us) && asked_by_fcra(facts, score)) || (follows(Jurisdiction::Eu) && by_score)
        }
    }
}

fn provider(score: &ScoreFacts, creditor: &Creditor) -> Result<Organisation, NoticeError> {
    match (&score.provider, score.kind) {
        (Some(provider), _) => Ok(provider.clone()),
        (None, ScoreKind::Own) => Ok(Organisation {
            name: creditor.name.clone(),
            address: creditor.address.clone(),
            phone: creditor.phone.clone(),
            website: creditor.website.clone(),
        }),
        (None, ScoreKind::Bought) => {
            Err(NoticeError::fact("score.provider", "is missing; say who provided the score (FCRA 609(f)(1)(E))"))
        }
    }
}

/// At most four, in order, and inquiries besides them where they are not among them.
fn key_factors(
    facts: &NoticeFacts,
    score: &ScoreFacts,
    settings: &NoticeSettings,
    warnings: &mut Vec<NoticeWarning>,
) -> Result<Vec<KeyFactor>, NoticeError> {
    let own = score.key_factors.is_empty() && score.kind == ScoreKind::Own;
    let (list, from) = if own { ("reasons", &facts.reasons) } else { ("score.key_factors", &score.key_factors) };
    let of_score = |(_, factor): &(usize, &Reason)| factor.source == ReasonSource::Score;
    let mut factors: Vec<KeyFactor> = Vec::new();
    for (i, factor) in from.iter().enumerate().filter(of_score) {
        if factors.len() == limits::KEY_FACTORS {
            break;
        }
        let field = format!("{list}[{i}]");
        let text = text_of(&field, &factor.code, factor.text.as_deref(), settings)?;
        push(&mut factors, &factor.code, text, false);
        if !own {
            warn_if_vague(&field, &factor.code, factors.last().map_or("", |f| &f.text), warnings);
        }
    }
    if let Some(inquiries) = &score.inquiries {
        let text = text_of("score.inquiries", &inquiries.code, inquiries.text.as_deref(), settings)?;
        push(&mut factors, &inquiries.code, text, true);
    }
    Ok(factors)
}

fn push(factors: &mut Vec<KeyFactor>, code: &str, text: String, inquiries: bool) {
    if factors.iter().any(|factor| factor.code == code && factor.text == text) {
        return;
    }
    let rank = u8::try_from(factors.len() + 1).unwrap_or(u8::MAX);
    factors.push(KeyFactor { rank, code: code.to_owned(), text, inquiries });
}
