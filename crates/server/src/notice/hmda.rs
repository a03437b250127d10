//! Denial reasons of the Home Mortgage Disclosure Act (12 CFR 1003.4(a)(16), appendix of Regulation C's filing guide).

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};

/// At most so many are reported.
const AT_MOST: usize = 4;

/// A denial reason, 1 to 9. Code 10, not applicable, is for applications that were not denied: no notice has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum HmdaReason {
    /// 1
    DebtToIncomeRatio,
    /// 2
    EmploymentHistory,
    /// 3
    CreditHistory,
    /// 4
    Collateral,
    /// 5: for down payment or closing costs.
    InsufficientCash,
    /// 6
    UnverifiableInformation,
    /// 7
    CreditApplicationIncomplete,
    /// 8
    MortgageInsuranceDenied,
    /// 9: reported with a text.
    Other,
}

const ALL: [HmdaReason; 9] = [
    HmdaReason::DebtToIncomeRatio,
    HmdaReason::EmploymentHistory,
    HmdaReason::CreditHistory,
    HmdaReason::Collateral,
    HmdaReason::InsufficientCash,
    HmdaReason::UnverifiableInformation,
    HmdaReason::CreditApplicationIncomplete,
    HmdaReason::MortgageInsuranceDenied,
    HmdaReason::Other,
];

impl From<HmdaReason> for u8 {
    fn from(reason: HmdaReason) -> Self {
        reason as Self + 1
    }
}

impl TryFrom<u8> for HmdaReason {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        let index = usize::from(code).checked_sub(1);
        index.and_then(|i| ALL.get(i)).copied().ok_or_else(|| {
            format!("{code} is not a denial reason; give 1 to 9 (10, not applicable, is for what was not denied)")
        })
    }
}

impl PartialSchema for HmdaReason {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(9))
            .description(Some("A denial reason of the Home Mortgage Disclosure Act"))
            .into()
    }
}

impl ToSchema for HmdaReason {}

/// The codes in the order of the reasons, each once, at most four.
pub(super) fn merged(codes: impl Iterator<Item = HmdaReason>) -> Vec<HmdaReason> {
    let mut merged = Vec::new();
    for code in codes {
        if merged.len() < AT_MOST && !merged.contains(&code) {
            merged.push(code);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_agencys() {
        for code in 1..=9_u8 {
            assert_eq!(u8::from(HmdaReason::try_from(code).unwrap()), code);
        }
        assert!(HmdaReason::try_from(0).is_err());
        assert!(HmdaReason::try_from(10).is_err());
        assert_eq!(serde_json::to_string(&HmdaReason::Collateral).unwrap(), "4");
    }

    #[test]
    fn duplicates_merge_and_four_is_the_most() {
        use HmdaReason::*;
        let given = [CreditHistory, Other, CreditHistory, Collateral, DebtToIncomeRatio, InsufficientCash];
        assert_eq!(merged(given.into_iter()), [CreditHistory, Other, Collateral, DebtToIncomeRatio]);
    }
}
