//! Whom notices to applicants come from.

use super::Source;
use super::source::Spec;

/// Whom notices to applicants come from.
#[derive(Debug, Clone)]
pub struct Lender {
    /// The lender's name; empty until set, and notices are refused until then.
    pub name: String,
    /// The lender's postal address, with commas or `\n` between its lines.
    pub address: String,
    /// Where an applicant asks: telephone, e-mail or web address.
    pub contact: String,
}

impl Lender {
    pub(super) fn read(from: &mut Source) -> Self {
        let name = Spec { name: "PLIMSOLL_LENDER_NAME", default: "", meaning: "the lender's name in notices" };
        let address =
            Spec { name: "PLIMSOLL_LENDER_ADDRESS", default: "", meaning: "the lender's postal address in notices" };
        let contact = Spec {
            name: "PLIMSOLL_LENDER_CONTACT",
            default: "",
            meaning: "where applicants ask: telephone, e-mail or web address",
        };
        Self {
            name: from.text(name, "a text"),
            address: from.text(address, "a text"),
            contact: from.text(contact, "a text"),
        }
    }
}
