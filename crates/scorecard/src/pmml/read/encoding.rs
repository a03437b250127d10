//! From the bytes of a document to its text, by byte order mark and declared encoding.

use std::borrow::Cow;

use crate::{Error, Result};

/// What stands at 0x80–0x9F in Windows-1252, where Latin-1 has control characters; 0 where nothing stands.
const WINDOWS_1252: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
];

/// The document as text. Reads UTF-8, UTF-16 with a byte order mark, US-ASCII, ISO-8859-1 and Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Without a mark the opening `<` tells.
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        _ => match declared(bytes).as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => utf8(bytes),
            Some("iso-8859-1" | "latin1" | "latin-1" | "iso_8859-1") => {
                Ok(bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into())
            }
            Some("windows-1252" | "cp1252") => windows_1252(bytes).map(Cow::Owned),
            Some(other) => Err(problem(format!(
                "the encoding `{other}` is not read; save the document as UTF-8 and declare encoding=\"UTF-8\""
            ))),
        },
    }
}

fn problem(problem: String) -> Error {
    Error::Pmml { line: 1, element: "?xml".into(), problem }
}

/// The encoding that the XML declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    const LONGEST: usize = 400;
    let opening = bytes.get(..bytes.len().min(LONGEST))?;
    let opening = String::from_utf8_lossy(opening);
    let declaration = opening.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next().map(|name| name.trim().to_ascii_lowercase())
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        Error::Pmml {
            line,
            element: "?xml".into(),
            problem: "the bytes are not UTF-8; declare the encoding that the document is in, or save it as UTF-8"
                .into(),
        }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>> {
    let (units, odd) = bytes.as_chunks::<2>();
    let text: std::result::Result<String, _> = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if odd.is_empty() => Ok(text.into()),
        _ => Err(problem("the document is not sound UTF-16; save it as UTF-8".into())),
    }
}

fn windows_1252(bytes: &[u8]) -> Result<String> {
    let decoded = bytes.iter().map(|byte| match byte {
        0x80..=0x9F => WINDOWS_1252
            .get(usize::from(byte - 0x80))
            .filter(|code| **code != 0)
            .and_then(|code| char::from_u32(u32::from(*code))),
        other => Some(char::from(*other)),
    });
    decoded
        .collect::<Option<String>>()
        .ok_or_else(|| problem("the document holds bytes that Windows-1252 does not define; save it as UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_declarations() {
        let text = "<?xml version=\"1.0\"?><a é=\"€\"/>";
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).unwrap(), text);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[&[0xFF, 0xFE], little.as_slice()].concat()).unwrap(), text);
        assert_eq!(decode(&[&[0xFE, 0xFF], big.as_slice()].concat()).unwrap(), text);
        assert_eq!(decode(&little).unwrap(), text);
        assert_eq!(decode(&big).unwrap(), text);
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xE9'/>";
        assert!(decode(latin).unwrap().contains('é'));
        let windows = b"<?xml version='1.0' encoding = \"windows-1252\"?><a b='\x80'/>";
        assert!(decode(windows).unwrap().contains('€'));
    }

    #[test]
    fn what_cannot_be_decoded_is_said() {
        let message = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
        assert!(message(b"<?xml version='1.0' encoding='EBCDIC-CP-US'?>").contains("ebcdic-cp-us"));
        assert!(message(b"<a>\n\n\xFF</a>").contains("line 3"));
        assert!(message(&[0xFF, 0xFE, 0x00, 0xD8]).contains("UTF-16"));
    }
}
