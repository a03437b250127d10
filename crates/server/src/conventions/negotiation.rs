//! Which media type an answer has: RFC 9110, section 12.5.1.

use http::HeaderMap;
use http::header::ACCEPT;

use crate::problem::{Kind, Problem};

/// The media type among those offered that the request likes best; the first offered where it does not care.
///
/// # Errors
/// 406 where the request refuses all of them.
pub fn choose<'a>(headers: &HeaderMap, offered: &[&'a str]) -> Result<&'a str, Problem> {
    let first = offered.first().copied().unwrap_or("application/json");
    if !headers.contains_key(ACCEPT) {
        return Ok(first);
    }
    let mut best: Option<(u16, &str)> = None;
    for media_type in offered {
        let quality = quality(headers, media_type);
        if quality > best.map_or(0, |(quality, _)| quality) {
            best = Some((quality, media_type));
        }
    }
    best.map(|(_, media_type)| media_type).ok_or_else(|| refusal(offered))
}

/// 406 with the list of what there is.
fn refusal(offered: &[&str]) -> Problem {
    Kind::NotAcceptable.because(format!("this can be given as {}; Accept refuses that", offered.join(", ")))
}

/// How much a media type is liked, in thousandths: the most specific range that covers it decides.
fn quality(headers: &HeaderMap, media_type: &str) -> u16 {
    let mut best = (0, 0);
    for header in headers.get_all(ACCEPT) {
        let Ok(header) = header.to_str() else { continue };
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let specificity = match parts.next().unwrap_or_default() {
                "*/*" => 1,
                range => match range.strip_suffix("/*") {
                    Some(kind) if media_type.split('/').next().is_some_and(|of| of.eq_ignore_ascii_case(kind)) => 2,
                    None if range.eq_ignore_ascii_case(media_type.split(';').next().unwrap_or_default()) => 3,
                    _ => continue,
                },
            };
            let weight = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
            let weight = weight.map_or(1_000, |q| q.parse().map_or(0, |q: f32| (q.clamp(0.0, 1.0) * 1_000.0) as u16));
            if specificity > best.0 {
                best = (specificity, weight);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(accept: &str, offered: &[&'a str]) -> Option<&'a str> {
        let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().expect("a header"))]);
        choose(&headers, offered).ok()
    }

    #[test]
    fn the_most_specific_range_decides() {
        const BOTH: &[&str] = &["application/json", "text/html"];
        assert_eq!(choose(&HeaderMap::new(), BOTH).ok(), Some("application/json"));
        assert_eq!(chosen("*/*", BOTH), Some("application/json"));
        assert_eq!(chosen("text/html,application/xhtml+xml,*/*;q=0.8", BOTH), Some("text/html"));
        assert_eq!(chosen("application/*;q=0.2, text/html;q=0.1", BOTH), Some("application/json"));
        assert_eq!(chosen("application/json;q=0, */*", BOTH), Some("text/html"));
        assert_eq!(chosen("text/csv", BOTH), None);
        assert_eq!(chosen("application/json;q=0", &["application/json"]), None);
        assert_eq!(chosen("TEXT/HTML", &["text/html; charset=utf-8"]), Some("text/html; charset=utf-8"));
        assert_eq!(chosen(",,;;q=,", BOTH), None);
    }
}
