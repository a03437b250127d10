//! A lender's own templates for the notice: what they may do, and how a faulty one is found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use server::notice::{DateStyle, Jurisdiction, LenderTemplates, NoticeError, NoticeFacts, NoticeSettings, Notices};

fn with(templates: &[(&str, &str)]) -> Result<Notices, NoticeError> {
    let mut lender = LenderTemplates::default();
    for (name, source) in templates {
        lender.insert(name, *source)?;
    }
    Notices::new(&lender)
}

fn refused(templates: &[(&str, &str)]) -> String {
    with(templates).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_block_takes_the_place_of_ours_and_the_rest_stays() {
    let notices = with(&[
        (
            "notice.html",
            "{% extends 'plimsoll/notice.html' %}\n{% block closing %}{% include 'sign.html' %}{% endblock %}",
        ),
        ("sign.html", "<p>With kind regards from {{ creditor.name }}</p>"),
        (
            "notice.txt",
            "{% extends 'plimsoll/notice.txt' %}{% block equal_credit %}{{ super() }}\nOur own sentence.{% endblock %}",
        ),
    ])
    .unwrap();
    let notice = notices.compose(&NoticeFacts::specimen(), &NoticeSettings::default()).unwrap();
    assert!(notice.html.starts_with("<!DOCTYPE html>"));
    assert!(notice.html.contains("<p>With kind regards from Specimen Bank</p>") && !notice.html.contains("sincerely"));
    assert!(notice.html.contains("Fair Credit Reporting") && notice.html.contains("at most four main"));
    assert!(notice.text.contains("Equal Credit Opportunity Act") && notice.text.contains("Our own sentence."));
    assert!(notice.text.contains("Yours sincerely"));
}

#[test]
fn a_letter_in_another_language() {
    let source = "Sehr geehrte(r) {{ applicant.name if applicant else 'Antragsteller' }}, am {{ dates.decision }} haben wir \
                  abgelehnt:\n{% for reason in principal_reasons %}\n- {{ reason.text }}\n{% endfor %}\n{{ creditor.name }}";
    let html = "<html lang=\"{{ language }}\">{% include 'notice.txt' %}</html>";
    let notices = with(&[("notice.txt", source)]).unwrap();
    let settings = NoticeSettings {
        jurisdictions: [Jurisdiction::Eu].into(),
        date_style: DateStyle::Iso,
        language: "de".to_owned(),
        score_disclosure: server::notice::ScoreDisclosure::Never,
        ..NoticeSettings::default()
    };
    let notice = notices.compose(&NoticeFacts::specimen(), &settings).unwrap();
    assert!(notice.text.starts_with("Sehr geehrte(r) Alex Morgan, am 2026-11-26"), "{}", notice.text);
    assert!(notice.html.contains("<html lang=\"de\">"));
    // A text template that an HTML one includes is escaped no less.
    let mut facts = NoticeFacts::specimen();
    facts.applicant.as_mut().unwrap().name = "<b>".to_owned();
    let notices = with(&[("notice.txt", source), ("notice.html", html)]).unwrap();
    assert!(!notices.compose(&facts, &settings).unwrap().html.contains("<b>"));
}

#[test]
fn a_fault_is_named_by_file_and_line_before_anyone_gets_a_letter() {
    let syntax = refused(&[("notice.txt", "one\ntwo\n{% if review %}")]);
    assert!(syntax.starts_with("template notice.txt, line 3: "), "{syntax}");
    let variable = refused(&[("notice.html", "one\n{{ creditr.name }}")]);
    assert!(variable.starts_with("template notice.html, line 2: ") && variable.contains("creditr"), "{variable}");
    let included = refused(&[
        ("notice.html", "{% extends 'plimsoll/notice.html' %}{% block closing %}{% include 'a.html' %}{% endblock %}"),
        ("a.html", "\n\n{{ creditor|no_such_filter }}"),
    ]);
    assert!(included.starts_with("template a.html, line 3: "), "{included}");
    let missing = refused(&[("notice.txt", "{% include 'b.txt' %}")]);
    assert!(missing.contains("b.txt") && missing.contains("folder of templates"), "{missing}");
}

#[test]
fn a_letter_without_the_reasons_is_refused() {
    let error = refused(&[("notice.txt", "We declined. {{ creditor.name }}")]);
    assert_eq!(
        error,
        "template notice.txt: leaves out the text of principal reason 1 (`R01`); a letter must hold it as it is"
    );
    // What the lender's own notices need is asked for when one of them does.
    let reasons = "{% for reason in principal_reasons %}{{ reason.text }}\n{% endfor %}";
    let notices = with(&[("notice.txt", reasons)]).unwrap();
    let error = notices.compose(&NoticeFacts::specimen(), &NoticeSettings::default()).unwrap_err().to_string();
    assert!(error.contains("notice.txt: leaves out the text of key factor 5"), "{error}");
}

#[test]
fn no_template_can_hang_or_fill_the_service() {
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    assert!(refused(&[("notice.txt", endless)]).contains("more work than a letter needs"));
    assert!(refused(&[("notice.txt", "{{ 'x' * 99999999999 }}")]).contains("more work than a letter needs"));
    assert!(refused(&[("notice.txt", "{{ 'x' * 600000 }}")]).contains("more than 524288 bytes"));
    for itself in ["{% include 'notice.txt' %}", "{% extends 'notice.txt' %}"] {
        let error = refused(&[("notice.txt", itself)]);
        assert!(error.starts_with("template notice.txt"), "{error}");
    }
    let nested = format!("{}{}", "{% if 1 %}".repeat(5_000), "{% endif %}".repeat(5_000));
    assert!(refused(&[("notice.txt", &nested)]).starts_with("template notice.txt"));
    let brackets = format!("{{{{ {}1{} }}}}", "(".repeat(50_000), ")".repeat(50_000));
    assert!(refused(&[("notice.txt", &brackets)]).starts_with("template notice.txt"));
}

#[test]
fn names_sizes_and_numbers_are_limited() {
    let mut lender = LenderTemplates::default();
    for name in ["../notice.html", "notice.htm", ".notice.txt", "plimsoll/notice.txt", "a b.txt", ""] {
        assert!(lender.insert(name, "").is_err(), "{name}");
    }
    assert!(lender.insert("notice.txt", "x".repeat(128 * 1024 + 1)).is_err());
    for i in 0..64 {
        lender.insert(&format!("{i}.txt"), "").unwrap();
    }
    assert!(lender.insert("64.txt", "").unwrap_err().to_string().contains("64"));
    lender.insert("0.txt", "again").unwrap();
}

#[test]
fn a_folder_is_read_and_its_faults_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("sign.html", b"<p>Regards</p>");
    write(".hidden", b"\xff");
    std::fs::create_dir(folder.path().join("old")).unwrap();
    let mut expected = LenderTemplates::default();
    expected.insert("sign.html", "<p>Regards</p>").unwrap();
    assert_eq!(LenderTemplates::from_folder(folder.path()).unwrap(), expected);
    write("latin.txt", b"\xe9");
    assert!(LenderTemplates::from_folder(folder.path()).unwrap_err().to_string().contains("latin.txt"));
    write("latin.txt", &vec![b'x'; 1 << 20]);
    assert!(LenderTemplates::from_folder(folder.path()).unwrap_err().to_string().contains("larger than"));
    assert!(LenderTemplates::from_folder(&folder.path().join("none")).is_err());
}
