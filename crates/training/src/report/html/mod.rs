//! The report as one HTML file: no network, no script, light and dark, screen and paper.
//!
//! [`markup`] writes and escapes; [`table`] and [`plot`] make what a section shows; [`section`] holds one file a chapter.

pub(super) mod markup;
pub(super) mod number;
pub(super) mod plot;
mod section;
mod sources;
mod table;

use markup::Markup;
use plot::Numbers;
use section::CHAPTERS;

use super::ReportData;

/// The report as one self-contained HTML file, in UTF-8: styles and plots inline, nothing loaded, no script. The same data gives the
/// same bytes. Every text of the data is escaped.
#[must_use]
pub fn html(data: &ReportData) -> String {
    let mut m = Markup::default();
    let mut numbers = Numbers::default();
    m.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    m.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    // Nothing may be loaded, even if something slipped in.
    m.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    m.line("title", &[], &data.title);
    m.raw("<style>\n");
    m.raw(include_str!("style.css"));
    m.raw("</style></head>\n<body><a class=\"skip\" href=\"#main\">Skip to the report</a><div class=\"page\">\n");
    header(&mut m, data);
    let chapters: Vec<_> = CHAPTERS.iter().filter(|chapter| (chapter.present)(data)).collect();
    m.raw("<nav aria-label=\"Contents\"><h2>Contents</h2><ol>");
    for chapter in &chapters {
        m.tag("li", &[], |m| m.line("a", &[("href", &format!("#{}", chapter.id))], chapter.title));
    }
    m.raw("</ol></nav>\n<main id=\"main\">");
    for chapter in &chapters {
        let class = if chapter.own_page { "chapter" } else { "flow" };
        m.tag("section", &[("class", class), ("aria-labelledby", chapter.id)], |m| {
            m.line("h2", &[("id", chapter.id)], chapter.title);
            (chapter.write)(m, &mut numbers, data);
        });
        m.raw("\n");
    }
    m.raw("</main>\n");
    m.tag("footer", &[], |m| {
        m.text(&format!("{} · model {} · seed {}", data.tool, data.model.content_hash, data.split.seed));
    });
    m.raw("</div></body></html>\n");
    m.finish()
}

fn header(m: &mut Markup, data: &ReportData) {
    m.tag("header", &[], |m| {
        m.line("h1", &[], &data.title);
        if !data.model.description.is_empty() {
            m.line("p", &[], &data.model.description);
        }
        let made = data.created.as_ref().map(|when| format!(" · {when}")).unwrap_or_default();
        m.line("p", &[("class", "quiet")], &format!("Validation report · {}{made}", data.tool));
    });
}
