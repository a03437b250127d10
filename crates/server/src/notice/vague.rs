//! Reasons that tell an applicant nothing.
//!
//! 12 CFR 1002.9(b)(2): that a standard or a policy of the lender was not met, or that no qualifying score was reached, is
//! not a reason. The list is of turns of phrase; a text that none is found in may still be too vague.

const PHRASES: [&str; 24] = [
    "internal standard",
    "internal polic",
    "internal criteria",
    "internal guideline",
    "credit polic",
    "lending polic",
    "company polic",
    "our standards",
    "our criteria",
    "our requirements",
    "our policy",
    "our policies",
    "lending criteria",
    "underwriting criteria",
    "minimum standard",
    "qualifying score",
    "insufficient score",
    "insufficient credit score",
    "score too low",
    "score is too low",
    "score was too low",
    "low score",
    "low credit score",
    "minimum score",
];

/// The phrase in `text` that says nothing, if there is one.
pub(super) fn vague_phrase(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = words.join(" ").replace("credit scoring", "credit score");
    PHRASES.into_iter().find(|phrase| text.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::vague_phrase;

    #[test]
    fn finds_the_phrases_whatever_their_case_and_spacing() {
        assert_eq!(vague_phrase("Does not meet  our\u{a0}Standards"), Some("our standards"));
        assert_eq!(vague_phrase("INSUFFICIENT SCORE"), Some("insufficient score"));
        assert_eq!(vague_phrase("You are below our internal policies' line"), Some("internal polic"));
    }

    #[test]
    fn leaves_specific_reasons_alone() {
        assert_eq!(vague_phrase("The balance of your checking account is low"), None);
        assert_eq!(vague_phrase("Your insurance policy has lapsed"), None);
    }
}
