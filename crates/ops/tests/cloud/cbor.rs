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
                // Moments carry a tag.
                if name == "Timestamp" {
                    out.push(0xc1);
                }
                put(out, member);
            }
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u8, length: u64) {
    out.push(kind << 5 | 27);
    out.extend(length.to_be_bytes());
}

/// What a client of CloudWatch sends: texts, numbers, lists, maps, times (tag 1).
pub fn decode(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    take(&mut rest)
}

/// The next value; null for the end of what has no length of its own.
fn take(rest: &mut &[u8]) -> Value {
    let first = rest[0];
    *rest = &rest[1..];
    let (kind, short) = (first >> 5, first & 31);
    if first == 0xff {
        return Value::Null;
    }
    let is_open = short == 31;
    let bytes = match short {
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => 0,
    };
    let (digits, after) = rest.split_at(bytes);
    *rest = after;
    let number = digits.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let length = if bytes == 0 { u64::from(short) } else { number };
    let ends = |rest: &&[u8], at: u64| if is_open { rest[0] == 0xff } else { at == length };
    let mut at = 0;
    match kind {
        0 => length.into(),
        2 | 3 => {
            let (text, after) = rest.split_at(usize::try_from(length).unwrap());
            *rest = after;
            String::from_utf8_lossy(text).into()
        }
        4 => {
            let mut items = Vec::new();
            while !ends(rest, at) {
                items.push(take(rest));
                at += 1;
            }
            skip_end(rest, is_open);
            items.into()
        }
        5 => {
            let mut members = serde_json::Map::new();
            while !ends(rest, at) {
                let name = take(rest);
                members.insert(name.as_str().unwrap().to_owned(), take(rest));
                at += 1;
            }
            skip_end(rest, is_open);
            members.into()
        }
        6 => take(rest),
        7 if bytes == 8 => f64::from_bits(number).into(),
        7 => Value::Bool(short == 21),
        _ => Value::Null,
    }
}

fn skip_end(rest: &mut &[u8], is_open: bool) {
    if is_open {
        *rest = &rest[1..];
    }
}
