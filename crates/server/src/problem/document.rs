//! What is wrong with a scorecard or a policy, as a problem.

use scorecard::Error;

use super::{Kind, Problem};

/// The problem that a document is refused with: what, and where as closely as it is known.
pub(crate) fn refused(error: &Error) -> Problem {
    let detail = error.to_string();
    match error {
        Error::Json { path, line, column, problem, .. } => Kind::InvalidRequest
            .because(detail.clone())
            .at(pointer(path), format!("{problem} (line {line}, column {column})")),
        Error::TooLarge { .. } => Kind::ContentTooLarge.because(detail),
        Error::Policy { rule: Some(rule), problem } => {
            Kind::InvalidRequest.because(detail.clone()).at("/rules", format!("rule `{rule}`: {problem}"))
        }
        Error::Model { path, problem } => {
            Kind::InvalidRequest.because(detail.clone()).at(pointer(path), format!("`{path}`: {problem}"))
        }
        _ => Kind::InvalidRequest.because(detail.clone()).at("", detail),
    }
}

/// A JSON pointer of a path such as `characteristics[2].attributes[0].points`; as far as it goes by number, where a part
/// is named as in `characteristics[age]`.
fn pointer(path: &str) -> String {
    let mut pointer = String::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let mut pieces = part.split(['[', ']']).filter(|piece| !piece.is_empty());
        let Some(name) = pieces.next() else { continue };
        pointer.push('/');
        pointer.push_str(name);
        for index in pieces {
            if !index.bytes().all(|byte| byte.is_ascii_digit()) {
                return pointer;
            }
            pointer.push('/');
            pointer.push_str(index);
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn paths_become_pointers_as_far_as_they_are_numbered() {
        assert_eq!(pointer("characteristics[2].attributes[0].points"), "/characteristics/2/attributes/0/points");
        assert_eq!(pointer("characteristics[age].attributes[2]"), "/characteristics");
        assert_eq!(pointer("."), "");
    }
}
