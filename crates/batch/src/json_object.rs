//! JSON objects, each member of which stands there once.

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value as Json};

/// Reads one JSON object.
///
/// # Errors
/// Where the text is no object, or has a member twice: which of the two is meant, nobody can tell.
pub fn json_object(text: &[u8]) -> serde_json::Result<Map<String, Json>> {
    serde_json::from_slice(text).map(|Object(members)| members)
}

struct Object(Map<String, Json>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Object;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Json>()? {
                    if members.contains_key(&name) {
                        return Err(de::Error::custom(format!(
                            "the member `{name}` stands there twice; leave one out"
                        )));
                    }
                    members.insert(name, value);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
