//! How a key is named.

use std::{fmt, str::FromStr};

use crate::{Fault, Trouble, kms::refusal::SERVICE};

/// A key as a setting names it: its ARN or id, or the ARN or name of an alias (`alias/…`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsName(String);

/// The longest that the service takes, in bytes.
const LONGEST: usize = 2048;

impl KmsName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region in it; only ARNs have one.
    fn region(&self) -> Option<&str> {
        self.0.strip_prefix("arn:")?.split(':').nth(2)
    }

    /// Refuses a key of another region than that of this process: a call would say that there is no such key.
    pub(super) fn check_region(&self, region: &str) -> Result<(), Fault> {
        match self.region() {
            Some(of) if of != region => Err(Fault::new(
                SERVICE,
                Trouble::Setting,
                format!(
                    "the key {self} is one of {of}, and this process calls {region}; set AWS_REGION={of}, or name a key of {region}"
                ),
            )),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for KmsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KmsName {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let is_plain =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_/:".contains(c));
        let is_arn = || {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let [_, _, "kms", region, account, resource] = parts[..] else { return false };
            let resource = resource.strip_prefix("key/").or_else(|| resource.strip_prefix("alias/"));
            !region.is_empty() && account.len() == 12 && resource.is_some_and(is_plain)
        };
        let is_name = if text.starts_with("arn:") { is_arn() } else { is_plain(text) && !text.contains(':') };
        if is_name && text.len() <= LONGEST {
            return Ok(Self(text.to_owned()));
        }
        let said = "a key is named by its ARN (arn:aws:kms:REGION:ACCOUNT:key/…), its id, or an alias (alias/…)";
        Err(Fault::new(SERVICE, Trouble::Setting, format!("{text:?} is no key's name; {said}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_held_to_the_region() {
        let arn = "arn:aws:kms:eu-west-2:123456789012:key/0190a5c4-7c3e-7000-8000-0123456789ab";
        for good in [arn, "alias/plimsoll/app", "mrk-123", "arn:aws-cn:kms:cn-north-1:123456789012:alias/plimsoll"] {
            assert_eq!(good.parse::<KmsName>().unwrap().as_str(), good);
        }
        for wrong in [
            "",
            "arn:aws:s3:::bucket",
            "arn:aws:kms:eu-west-2:12:key/x",
            "arn:aws:kms:eu-west-2:123456789012:x",
            "a b",
            "x:y",
        ] {
            assert!(wrong.parse::<KmsName>().unwrap_err().to_string().contains("is no key's name"), "{wrong}");
        }
        let name: KmsName = arn.parse().unwrap();
        name.check_region("eu-west-2").unwrap();
        let refused = name.check_region("us-east-1").unwrap_err().to_string();
        assert!(refused.contains("set AWS_REGION=eu-west-2"), "{refused}");
        "alias/plimsoll".parse::<KmsName>().unwrap().check_region("us-east-1").unwrap();
    }
}
