//! What facts and settings must be before a notice is made of them.

use super::{Addressee, Creditor, Jurisdiction, NoticeError, NoticeFacts, NoticeSettings, Organisation, limits};

type Checked = Result<(), NoticeError>;

pub(super) fn facts(facts: &NoticeFacts, settings: &NoticeSettings) -> Checked {
    text("decision_id", &facts.decision_id, limits::NAME)?;
    dates(facts)?;
    creditor(&facts.creditor, settings)?;
    if let Some(applicant) = &facts.applicant {
        addressee(applicant)?;
    }
    at_most("reasons", facts.reasons.len(), limits::REASONS)?;
    for (i, reason) in facts.reasons.iter().enumerate() {
        reason_texts(&format!("reasons[{i}]"), &reason.code, reason.text.as_deref())?;
    }
    if let Some(review) = &facts.review {
        at_most("review.reasons", review.reasons.len(), limits::REASONS)?;
        for (i, reason) in review.reasons.iter().enumerate() {
            reason_texts(&format!("review.reasons[{i}]"), &reason.code, reason.text.as_deref())?;
        }
    }
    if let Some(score) = &facts.score {
        at_most("score.key_factors", score.key_factors.len(), limits::REASONS)?;
        for (i, factor) in score.key_factors.iter().enumerate() {
            reason_texts(&format!("score.key_factors[{i}]"), &factor.code, factor.text.as_deref())?;
        }
        if let Some(inquiries) = &score.inquiries {
            reason_texts("score.inquiries", &inquiries.code, inquiries.text.as_deref())?;
        }
        if let Some(provider) = &score.provider {
            organisation("score.provider", provider)?;
        }
        if score.min >= score.max {
            return Err(NoticeError::fact(
                "score.min",
                "the range is empty; give the least and the greatest score of the model",
            ));
        }
    }
    at_most("consumer_reports", facts.consumer_reports.len(), limits::AGENCIES)?;
    for (i, agency) in facts.consumer_reports.iter().enumerate() {
        organisation(&format!("consumer_reports[{i}]"), agency)?;
    }
    Ok(())
}

pub(super) fn settings(settings: &NoticeSettings) -> Checked {
    if !(1..=limits::PRINCIPAL_REASONS).contains(&settings.principal_reasons_at_most) {
        let problem = format!("give a number from 1 to {}; four is usual", limits::PRINCIPAL_REASONS);
        return Err(NoticeError::setting("principal_reasons_at_most", problem));
    }
    let language = &settings.language;
    let is_tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if language.is_empty() || language.len() > 35 || !language.chars().all(is_tag) {
        return Err(NoticeError::setting("language", "give a language tag such as `en` or `de-AT`"));
    }
    for (name, length) in [("reason_texts", settings.reason_texts.len()), ("hmda", settings.hmda.len())] {
        if length > limits::MAPPED_CODES {
            return Err(NoticeError::setting(name, format!("more than {} codes", limits::MAPPED_CODES)));
        }
    }
    Ok(())
}

fn dates(facts: &NoticeFacts) -> Checked {
    if facts.application_completed.is_some_and(|day| day > facts.decision_date) {
        return Err(NoticeError::fact("application_completed", "lies after decision_date"));
    }
    let reviewed = facts.review.as_ref().map(|review| review.date);
    if reviewed.is_some_and(|day| day < facts.decision_date) {
        return Err(NoticeError::fact("review.date", "lies before decision_date"));
    }
    if facts.notice_date < reviewed.unwrap_or(facts.decision_date) {
        return Err(NoticeError::fact("notice_date", "lies before the decision it gives notice of"));
    }
    Ok(())
}

fn creditor(creditor: &Creditor, settings: &NoticeSettings) -> Checked {
    text("creditor.name", &creditor.name, limits::NAME)?;
    address("creditor.address", &creditor.address)?;
    if creditor.address.is_empty() {
        return Err(NoticeError::fact(
            "creditor.address",
            "is empty; the applicant must know whom to write to (12 CFR 1002.9(a)(2))",
        ));
    }
    optional("creditor.phone", creditor.phone.as_deref())?;
    optional("creditor.email", creditor.email.as_deref())?;
    optional("creditor.website", creditor.website.as_deref())?;
    match &creditor.supervising_agency {
        Some(agency) => {
            organisation("creditor.supervising_agency", agency)?;
            if agency.address.is_empty() && settings.jurisdictions.contains(&Jurisdiction::Us) {
                let problem = "is empty; the notice must give it (12 CFR 1002.9(b)(1), appendix A)";
                return Err(NoticeError::fact("creditor.supervising_agency.address", problem));
            }
            Ok(())
        }
        None if settings.jurisdictions.contains(&Jurisdiction::Us) => Err(NoticeError::fact(
            "creditor.supervising_agency",
            "is missing; name the federal agency that supervises the creditor under the Equal Credit Opportunity Act (12 CFR 1002.9(b)(1), appendix A)",
        )),
        None => Ok(()),
    }
}

fn addressee(applicant: &Addressee) -> Checked {
    text("applicant.name", &applicant.name, limits::NAME)?;
    address("applicant.address", &applicant.address)
}

fn organisation(field: &str, organisation: &Organisation) -> Checked {
    text(&format!("{field}.name"), &organisation.name, limits::NAME)?;
    address(&format!("{field}.address"), &organisation.address)?;
    optional(&format!("{field}.phone"), organisation.phone.as_deref())?;
    optional(&format!("{field}.website"), organisation.website.as_deref())
}

fn address(field: &str, lines: &[String]) -> Checked {
    at_most(field, lines.len(), limits::ADDRESS_LINES)?;
    lines.iter().enumerate().try_for_each(|(i, line)| text(&format!("{field}[{i}]"), line, limits::LINE))
}

fn optional(field: &str, value: Option<&str>) -> Checked {
    value.map_or(Ok(()), |value| text(field, value, limits::LINE))
}

/// A missing text is looked for elsewhere later; one that is there must be fit.
fn reason_texts(field: &str, code: &str, reason: Option<&str>) -> Checked {
    text(&format!("{field}.code"), code, limits::NAME)?;
    match reason {
        Some(reason) if !reason.trim().is_empty() => text(&format!("{field}.text"), reason, limits::TEXT),
        _ => Ok(()),
    }
}

fn at_most(field: &str, length: usize, most: usize) -> Checked {
    if length > most {
        return Err(NoticeError::fact(field, format!("has {length} entries; {most} is the most")));
    }
    Ok(())
}

/// One line that is not blank.
pub(super) fn text(field: &str, value: &str, most: usize) -> Checked {
    if value.trim().is_empty() {
        return Err(NoticeError::fact(field, "is blank"));
    }
    let length = value.chars().count();
    if length > most {
        return Err(NoticeError::fact(field, format!("has {length} characters; {most} is the most")));
    }
    match value.chars().find(|c| reorders_or_breaks(*c)) {
        Some(c) => {
            Err(NoticeError::fact(field, format!("holds U+{:04X}; it must be one line of plain text", u32::from(c))))
        }
        None => Ok(()),
    }
}

/// Control characters, line separators, and the marks by which a text can show in another order than it is written.
fn reorders_or_breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
