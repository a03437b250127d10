//! The formulas behind the figures and where they come from: footnotes of the report.

use super::markup::Markup;

/// A formula that a figure refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Auc,
    Ks,
    Brier,
    Bootstrap,
    Calibration,
    Woe,
    Scaling,
    Psi,
    Impact,
    Reasons,
    Regression,
    Card,
}

/// In the order in which they are numbered, each with its note.
const SOURCES: [(Source, &str); 12] = [
    (
        Source::Auc,
        "AUC: the chance that a good scores above a bad, ties counting half (Hanley & McNeil, Radiology 143, 1982). Gini = 2 · AUC − 1.",
    ),
    (
        Source::Ks,
        "KS: the greatest distance between the cumulative shares of bads and goods over the score (Smirnov 1939; Siddiqi, Credit Risk Scorecards, 2006, ch. 6).",
    ),
    (
        Source::Brier,
        "Brier score: mean of (PD − outcome)² (Brier, Monthly Weather Review 78, 1950). Log loss: mean of −ln(probability given to what happened).",
    ),
    (
        Source::Bootstrap,
        "Intervals: percentile bootstrap over applicants, not stratified by class (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13). They hold the scorecard as it is and do not carry the chance in fitting it.",
    ),
    (
        Source::Calibration,
        "Hosmer–Lemeshow statistic on groups of similar PD, g − 2 degrees of freedom on the sample that was fitted and g on any other (Hosmer & Lemeshow, Applied Logistic Regression, 2000, 5.2.2). Calibration intercept (slope held at 1) and slope: Cox, Biometrika 45, 1958. Intervals of bad rates: Wilson, JASA 22, 1927.",
    ),
    (
        Source::Woe,
        "WoE = ln(share of all goods / share of all bads) of a bin; IV = Σ (share of goods − share of bads) · WoE (Siddiqi 2006, ch. 6). In a bin of one class half an applicant is added to both counts inside the logarithm (Haldane 1956).",
    ),
    (
        Source::Scaling,
        "ln(odds of good) = ln(odds at the anchor) + (score − anchor) · ln 2 / PDO (Siddiqi 2006, ch. 6).",
    ),
    (
        Source::Psi,
        "PSI (of the score) and CSI (of a characteristic) = Σ (actual − expected) · ln(actual / expected) over shares; an empty share counts as half an applicant. 0.10 and 0.25 are customary (Siddiqi 2006, ch. 9). The limit of chance is the 95 % quantile of (1/N + 1/M) · χ² with B − 1 degrees of freedom: an index below it says nothing (Yurdakul & Naranjo, J. Risk Model Validation 14, 2020).",
    ),
    (
        Source::Impact,
        "AIR = approval rate / that of the reference group, interval by Katz et al., Biometrics 34, 1978. The 0.80 line is the four-fifths rule of 29 CFR 1607.4(D), which is employment law: customary here, not a legal line. SMD = difference of mean scores / standard deviation of all scores. P: Fisher’s exact test, two-sided; z-test with pooled variance.",
    ),
    (
        Source::Reasons,
        "Reasons for adverse action: 12 CFR 1002.9(b)(2) and its commentary; the points of each characteristic are compared with its baseline.",
    ),
    (
        Source::Regression,
        "Logistic regression of good against bad on the WoE of each characteristic. P: Wald’s test, two-sided. VIF = 1 / (1 − R²) of one WoE on the others.",
    ),
    (
        Source::Card,
        "Model inventory, materiality tier and ongoing monitoring: SR 26-2 / OCC Bulletin 2026-13. The form follows Mitchell et al., Model Cards for Model Reporting, 2019.",
    ),
];

/// Marks of footnotes.
pub(crate) fn cite(m: &mut Markup, sources: &[Source]) {
    m.tag("sup", &[], |m| {
        for (place, source) in sources.iter().enumerate() {
            let number = SOURCES.iter().position(|(listed, _)| listed == source).unwrap_or(0) + 1;
            if place > 0 {
                m.raw(" ");
            }
            let label = format!("Note {number}");
            m.line("a", &[("href", &format!("#n{number}")), ("aria-label", &label)], &number.to_string());
        }
    });
}

/// The notes themselves.
pub(crate) fn notes(m: &mut Markup) {
    m.tag("ol", &[("class", "notes")], |m| {
        for (place, (_, note)) in SOURCES.iter().enumerate() {
            m.line("li", &[("id", &format!("n{}", place + 1))], note);
        }
    });
}
