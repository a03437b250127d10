//! The templates: ours and the lender's, parsed once, rendered within limits.

use std::io;

use minijinja::{
    AutoEscape, Environment, ErrorKind, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Serde, Value},
};
use serde::Serialize;

use super::{LenderTemplates, NoticeDocument, NoticeError, NoticeSettings, limits};

pub(super) const HTML: &str = "notice.html";
pub(super) const TEXT: &str = "notice.txt";

/// Under these names ours can be extended by the lender's.
const OURS: [(&str, &str, &str); 2] = [
    (HTML, "plimsoll/notice.html", include_str!("templates/notice.html")),
    (TEXT, "plimsoll/notice.txt", include_str!("templates/notice.txt")),
];

/// One environment a form: what a letter in HTML includes is escaped, whatever its name.
#[derive(Debug)]
pub(super) struct Templates {
    html: Environment<'static>,
    text: Environment<'static>,
}

/// What a template sees: the members of [`NoticeDocument`], and these.
#[derive(Serialize)]
struct Context<'n> {
    #[serde(flatten)]
    document: &'n NoticeDocument,
    dates: Dates,
    language: &'n str,
}

/// The dates as the settings write them.
#[derive(Serialize)]
struct Dates {
    notice: String,
    decision: String,
    score: Option<String>,
    review: Option<String>,
}

impl Templates {
    pub(super) fn new(lender: &LenderTemplates) -> Result<Self, NoticeError> {
        Ok(Self { html: environment(lender, true)?, text: environment(lender, false)? })
    }

    pub(super) fn render(
        &self,
        name: &str,
        document: &NoticeDocument,
        settings: &NoticeSettings,
    ) -> Result<String, NoticeError> {
        let write = |date| settings.date_style.write(date);
        let context = Context {
            document,
            dates: Dates {
                notice: write(document.notice_date),
                decision: write(document.decision_date),
                score: document.score.as_ref().map(|score| write(score.date)),
                review: document.review.map(|review| write(review.date)),
            },
            language: &settings.language,
        };
        let environment = if name == HTML { &self.html } else { &self.text };
        let template = environment.get_template(name).map_err(|e| problem(name, &e))?;
        let mut letter = Letter(Vec::new());
        template.render_captured_to(Value::from(Serde(&context)), &mut letter).map_err(|e| problem(name, &e))?;
        String::from_utf8(letter.0).map_err(|_| NoticeError::template(name, "gives a text that is not UTF-8"))
    }
}

fn environment(lender: &LenderTemplates, html: bool) -> Result<Environment<'static>, NoticeError> {
    let mut env = Environment::new();
    // A template that names what is not there must fail when it is loaded, not print nothing to an applicant.
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    // Errors then name the variable; what they hold besides is never printed.
    env.set_debug(true);
    env.set_fuel(Some(limits::FUEL));
    env.set_auto_escape_callback(move |_| if html { AutoEscape::Html } else { AutoEscape::None });
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(syntax.map_err(|e| problem("plimsoll", &e))?);
    for (name, ours, source) in OURS {
        env.add_template(ours, source).map_err(|e| problem(ours, &e))?;
        if lender.get(name).is_none() {
            env.add_template(name, source).map_err(|e| problem(name, &e))?;
        }
    }
    for (name, source) in lender.iter() {
        env.add_template_owned(name.to_owned(), source.to_owned()).map_err(|e| problem(name, &e))?;
    }
    Ok(env)
}

/// A letter as it is written, up to its limit.
struct Letter(Vec<u8>);

impl io::Write for Letter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > limits::OUTPUT_BYTES {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The innermost error: an outer one says only that an included template failed.
fn problem(name: &str, error: &minijinja::Error) -> NoticeError {
    let mut innermost = error;
    while let Some(inner) = std::error::Error::source(innermost).and_then(|e| e.downcast_ref::<minijinja::Error>()) {
        innermost = inner;
    }
    let said =
        innermost.detail().map_or_else(|| innermost.kind().to_string(), |d| format!("{}: {d}", innermost.kind()));
    let problem = match innermost.kind() {
        ErrorKind::OutOfFuel => "does more work than a letter needs; take loops out of it".to_owned(),
        ErrorKind::WriteFailure => format!("gives a letter of more than {} bytes; shorten it", limits::OUTPUT_BYTES),
        ErrorKind::UndefinedError => format!("{said}; docs/notices.md lists what a template sees"),
        ErrorKind::TemplateNotFound => format!("{said}; put it into the folder of templates"),
        _ => said,
    };
    NoticeError::Template {
        name: innermost.name().or_else(|| error.name()).unwrap_or(name).to_owned(),
        line: innermost.line(),
        problem,
    }
}
