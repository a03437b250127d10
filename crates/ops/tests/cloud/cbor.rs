//! CBOR of what CloudWatch answers.

use serde_json::Value;

pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, value);
    out
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(is) => out.push(if *is { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match number.as_u64() {
            Some(number) => head(out, 0, number),
            None => {
                out.push(0xfb);
                out.extend(number.as_f64().unwrap().to_be_bytes());
            }
        },
        Value::String(text) => {
            head(out, 3, text.len() as u64);
            out.extend(text.as_bytes());
        }
        Value::Array(items) => {
            head(out, 4, items.len() as u64);
            items.iter().for_each(|item| put(out, item));
        }
        Value::Object(members) => {
            head(out, 5, members.len() as u64);
            for (name, member) in members {
                head(out, 3, name.len() as u64);
                out.extend(name.as_bytes());
                put(out, member);
            }
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u8, length: u64) {
    out.push(kind << 5 | 27);
    out.extend(length.to_be_bytes());
}
