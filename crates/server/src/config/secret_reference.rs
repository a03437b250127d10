//! Which secret a setting names, and which member of it.

use std::fmt;

/// A secret, or one member of a secret that is a JSON object: `NAME` or `NAME#member`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretReference {
    /// The secret's name or ARN.
    pub name: String,
    /// The member of its JSON object; without it, the whole text.
    pub member: Option<String>,
}

/// What such a value of a setting begins with.
const PREFIX: &str = "secret:";

impl SecretReference {
    /// Reads a setting's value: `None` where it is no reference.
    ///
    /// # Errors
    /// Where it begins like one and names nothing.
    pub fn parse(value: &str) -> Option<Result<Self, String>> {
        let text = value.strip_prefix(PREFIX)?;
        // Names of secrets have no such sign.
        let (name, member) = match text.split_once('#') {
            Some((name, member)) => (name, Some(member)),
            None => (text, None),
        };
        if name.is_empty() || member.is_some_and(str::is_empty) {
            return Some(Err("names no secret; write secret:NAME or secret:NAME#member".to_owned()));
        }
        Some(Ok(Self { name: name.to_owned(), member: member.map(str::to_owned) }))
    }

    /// The setting's value out of the secret's text. A final line break belongs to nobody.
    ///
    /// # Errors
    /// Where the text has no such member. Never quotes it.
    pub fn pick(&self, text: &str) -> Result<String, String> {
        let Some(member) = &self.member else { return Ok(text.trim_end_matches(['\r', '\n']).to_owned()) };
        let name = &self.name;
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).map_err(|_| {
            format!("the secret {name} is no JSON object; name it without #{member} to take its whole text")
        })?;
        match object.get(member) {
            Some(serde_json::Value::String(value)) => Ok(value.trim_end_matches(['\r', '\n']).to_owned()),
            Some(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => Ok(value.to_string()),
            Some(_) => Err(format!("the member {member:?} of the secret {name} is neither a text nor a number")),
            None => Err(format!("the secret {name} has no member {member:?}; look at its JSON")),
        }
    }
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(f, "#{member}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_values_picked() {
        assert_eq!(SecretReference::parse("postgres://x"), None);
        for wrong in ["secret:", "secret:#x", "secret:x#"] {
            assert!(SecretReference::parse(wrong).unwrap().unwrap_err().contains("names no secret"), "{wrong}");
        }
        let arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:rds!cluster-1-AbCdEf";
        let reference = SecretReference::parse(&format!("secret:{arn}#password")).unwrap().unwrap();
        assert_eq!((reference.name.as_str(), reference.member.as_deref()), (arn, Some("password")));
        assert_eq!(reference.to_string(), format!("{arn}#password"));
        assert_eq!(reference.pick(r#"{"password":"a#b\n","port":5432}"#).unwrap(), "a#b");
        let port = SecretReference { member: Some("port".into()), ..reference.clone() };
        assert_eq!(port.pick(r#"{"port":5432}"#).unwrap(), "5432");
        let whole = SecretReference { member: None, ..reference.clone() };
        assert_eq!(whole.pick("text\r\n").unwrap(), "text");
        for (text, part) in [("hush", "no JSON object"), ("{}", "no member"), (r#"{"password":[]}"#, "neither")] {
            let refused = reference.pick(text).unwrap_err();
            assert!(refused.contains(part) && !refused.contains("hush"), "{refused}");
        }
    }
}
