//! From facts to the three forms of a notice.

use time::{Date, Duration};

use super::{
    Deadline, DeadlineBasis, Jurisdiction, LenderTemplates, NoticeDocument, NoticeError, NoticeFacts, NoticeSettings,
    NoticeWarning, ReviewNote, Right, ScoreKind, WarningKind, adverse::adverse, check, must_hold::Letter, reasons,
    score, specimen, templates, templates::Templates, warning::warn, wrap::wrapped,
};
use crate::conventions::style_policy;

/// A notice in its three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// For the lender's systems.
    pub json: NoticeDocument,
    /// A letter to print or to show: one page of HTML that loads nothing.
    pub html: String,
    /// A letter as plain text, at most 78 columns wide.
    pub text: String,
    /// The `Content-Security-Policy` to show the HTML under.
    pub content_security_policy: String,
    /// What the lender should look at before it sends the notice.
    pub warnings: Vec<NoticeWarning>,
}

/// The templates, ready to make notices of.
#[derive(Debug)]
pub struct Notices {
    templates: Templates,
}

impl Notices {
    /// Parses the templates and renders specimens with them, so that a faulty template is found now and not by an
    /// applicant.
    ///
    /// # Errors
    ///
    /// [`NoticeError::Template`], with the template's name and line.
    pub fn new(lender: &LenderTemplates) -> Result<Self, NoticeError> {
        let notices = Self { templates: Templates::new(lender)? };
        for (facts, settings) in specimen::all() {
            let json = document(&facts, &settings, &mut Vec::new())?;
            // A lender's template need not have the parts that its own notices never have.
            notices.letters(&json, &settings, |letter| letter.must_hold_reasons(&json))?;
        }
        Ok(notices)
    }

    /// The notice of an adverse decision. The same facts and settings give the same notice.
    ///
    /// # Errors
    ///
    /// [`NoticeError::NotAdverse`] for an approval, a referral that no one has decided, a decline that a review overturned;
    /// [`NoticeError::Fact`] and [`NoticeError::Setting`] for what is missing or unfit; [`NoticeError::Template`] where a
    /// lender's template fails on these facts or leaves out what the notice must hold.
    pub fn compose(&self, facts: &NoticeFacts, settings: &NoticeSettings) -> Result<Notice, NoticeError> {
        let mut warnings = Vec::new();
        let json = document(facts, settings, &mut warnings)?;
        let (html, text) = self.letters(&json, settings, |letter| letter.must_hold_all(&json))?;
        Ok(Notice { content_security_policy: style_policy::policy(&html), text: wrapped(&text), html, json, warnings })
    }

    fn letters(
        &self,
        document: &NoticeDocument,
        settings: &NoticeSettings,
        complete: impl Fn(&Letter<'_>) -> Result<(), NoticeError>,
    ) -> Result<(String, String), NoticeError> {
        let html = self.templates.render(templates::HTML, document, settings)?;
        complete(&Letter { name: templates::HTML, letter: &html, html: true })?;
        let text = self.templates.render(templates::TEXT, document, settings)?;
        complete(&Letter { name: templates::TEXT, letter: &text, html: false })?;
        Ok((html, text))
    }
}

fn document(
    facts: &NoticeFacts,
    settings: &NoticeSettings,
    warnings: &mut Vec<NoticeWarning>,
) -> Result<NoticeDocument, NoticeError> {
    check::settings(settings)?;
    // Before the rest: what is not adverse needs no other fact.
    let adverse = adverse(facts)?;
    check::facts(facts, settings)?;
    let principal = reasons::principal(facts, settings, &adverse, warnings)?;
    let score = score::disclosed(facts, settings, &adverse, warnings)?;
    let us = settings.jurisdictions.contains(&Jurisdiction::Us);
    let deadline = if us { Some(deadline(facts)?) } else { None };
    warn_of_the_rest(facts, us, deadline, warnings);
    Ok(NoticeDocument {
        decision_id: facts.decision_id.clone(),
        decision_date: decided_on(facts),
        notice_date: facts.notice_date,
        deadline,
        jurisdictions: settings.jurisdictions.iter().copied().collect(),
        applicant: facts.applicant.clone(),
        creditor: facts.creditor.clone(),
        decided_by: adverse.decider(),
        review: facts.review.as_ref().map(|review| ReviewNote { date: review.date }),
        principal_reasons: principal.told,
        principal_reasons_at_most: settings.principal_reasons_at_most,
        reasons_not_told: principal.not_told,
        score,
        consumer_reports: facts.consumer_reports.clone(),
        outside_information: facts.outside_information,
        rights: rights(facts, settings),
        hmda: principal.hmda,
    })
}

fn decided_on(facts: &NoticeFacts) -> Date {
    facts.review.as_ref().map_or(facts.decision_date, |review| review.date)
}

/// 12 CFR 1002.9(a)(1)(i) counts from the completed application. Where that day is not given, the system's decision stands for
/// it: an application is scored when it is complete. A later review does not move the day.
fn deadline(facts: &NoticeFacts) -> Result<Deadline, NoticeError> {
    let (counted_from, basis) = match facts.application_completed {
        Some(day) => (day, DeadlineBasis::CompletedApplication),
        None => (facts.decision_date, DeadlineBasis::Decision),
    };
    let notify_by = counted_from.checked_add(Duration::days(30));
    let notify_by = notify_by.ok_or_else(|| NoticeError::fact("decision_date", "is the end of the calendar"))?;
    Ok(Deadline { notify_by, counted_from, basis })
}

fn rights(facts: &NoticeFacts, settings: &NoticeSettings) -> Vec<Right> {
    let mut rights = Vec::new();
    if settings.jurisdictions.contains(&Jurisdiction::Us) {
        if !facts.consumer_reports.is_empty() {
            rights.extend([Right::FreeReport, Right::DisputeReport]);
        }
        if facts.outside_information {
            rights.push(Right::NatureOfInformation);
        }
    }
    if settings.jurisdictions.contains(&Jurisdiction::Eu) {
        if facts.review.is_none() {
            rights.push(Right::HumanReview);
        }
        rights.extend([Right::PointOfView, Right::Contest, Right::Explanation]);
    }
    rights
}

fn warn_of_the_rest(facts: &NoticeFacts, us: bool, deadline: Option<Deadline>, warnings: &mut Vec<NoticeWarning>) {
    if let Some(deadline) = deadline.filter(|deadline| facts.notice_date > deadline.notify_by) {
        let message = format!(
            "the notice bears {}, but was due by {} (12 CFR 1002.9(a)(1))",
            facts.notice_date, deadline.notify_by
        );
        warn(warnings, WarningKind::Late, message);
    }
    if us {
        for (i, agency) in facts.consumer_reports.iter().enumerate() {
            if agency.address.is_empty() || agency.phone.is_none() {
                let message = format!(
                    "consumer_reports[{i}] lacks its address or telephone number; FCRA 615(a)(3)(A) asks for both"
                );
                warn(warnings, WarningKind::AgencyIncomplete, message);
            }
        }
        let bought = facts.score.as_ref().is_some_and(|score| score.kind == ScoreKind::Bought);
        if bought && facts.consumer_reports.is_empty() {
            let message =
                "a bought score was used, but consumer_reports names no agency; name it if one provided the score";
            warn(warnings, WarningKind::AgencyIncomplete, message);
        }
    }
    if facts.creditor.phone.is_none() && facts.creditor.email.is_none() {
        let message = "creditor has neither phone nor email; the applicant can ask by post only";
        warn(warnings, WarningKind::NoQuickContact, message);
    }
}
