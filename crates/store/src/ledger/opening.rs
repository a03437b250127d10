//! The members that every body opens with.

use std::fmt::Write as _;

use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

use super::LedgerError;

/// The longest kind, in bytes.
const MAX_KIND: usize = 32;

/// The first members of every body, in this order and without white space:
/// `{"chain":0,"sequence":7,"time":"2026-01-31T09:30:00.000000Z","kind":"score","id":"<UUID>"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening<'b> {
    /// The chain.
    pub chain: u32,
    /// The position in the chain, from 0.
    pub sequence: u64,
    /// When: RFC 3339, UTC, six decimals, `Z`.
    pub time: &'b str,
    /// What was recorded, in snake case.
    pub kind: &'b str,
    /// Its identity.
    pub id: Uuid,
}

impl<'b> Opening<'b> {
    /// Reads the opening of a body; what follows it is not looked at, beyond that a member or the end follows.
    ///
    /// # Errors
    /// [`LedgerError::Opening`] at the first byte that deviates.
    pub fn parse(body: &'b [u8]) -> Result<Self, LedgerError> {
        let mut cursor = Cursor { body, at: 0 };
        cursor.literal("{\"chain\":")?;
        let before = cursor.at;
        let chain = cursor
            .number()?
            .try_into()
            .map_err(|_| LedgerError::Opening { at: before, expected: "the number of a chain, below 2^32," })?;
        cursor.literal(",\"sequence\":")?;
        let sequence = cursor.number()?;
        cursor.literal(",\"time\":\"")?;
        let time = cursor.time()?;
        cursor.literal("\",\"kind\":\"")?;
        let kind = cursor.kind()?;
        cursor.literal("\",\"id\":\"")?;
        let id = cursor.id()?;
        cursor.literal("\"")?;
        match body.get(cursor.at) {
            Some(b',' | b'}') => Ok(Self { chain, sequence, time, kind, id }),
            _ => Err(cursor.expected("a comma or the end of the object")),
        }
    }

    /// The text of the opening, without the comma or bracket that must follow it.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { chain, sequence, time, kind, id } = self;
        let mut text = String::with_capacity(512);
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            r#"{{"chain":{chain},"sequence":{sequence},"time":"{time}","kind":"{kind}","id":"{}""#,
            id.hyphenated()
        );
        text
    }
}

/// A moment as bodies have it: RFC 3339, UTC, six decimals (cut, not rounded), `Z`. Years are those from 0 to 9999.
#[must_use]
pub fn timestamp(moment: OffsetDateTime) -> String {
    let moment = moment.to_offset(UtcOffset::UTC);
    let (year, month, day) = (moment.year().clamp(0, 9999), u8::from(moment.month()), moment.day());
    let (hour, minute, second, micro) = (moment.hour(), moment.minute(), moment.second(), moment.microsecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
}

/// Whether a text is a moment in the form of [`timestamp`], on a day that exists.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    const FORM: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";
    if text.len() != FORM.len() {
        return false;
    }
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if !text.iter().zip(FORM).all(fits) {
        return false;
    }
    let number = |from: usize, to: usize| {
        text.get(from..to).unwrap_or_default().iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day) && number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60
}

struct Cursor<'b> {
    body: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    fn expected(&self, expected: &'static str) -> LedgerError {
        LedgerError::Opening { at: self.at, expected }
    }

    fn rest(&self) -> &'b [u8] {
        self.body.get(self.at..).unwrap_or_default()
    }

    fn literal(&mut self, literal: &'static str) -> Result<(), LedgerError> {
        let rest = self.rest();
        if rest.starts_with(literal.as_bytes()) {
            self.at += literal.len();
            return Ok(());
        }
        self.at += rest.iter().zip(literal.as_bytes()).take_while(|(a, b)| a == b).count();
        Err(self.expected(literal))
    }

    /// A whole number without leading zeros.
    fn number(&mut self) -> Result<u64, LedgerError> {
        const WHAT: &str = "a whole number below 2^64 without leading zeros";
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let mut number = 0_u64;
        let mut count = 0;
        for digit in digits {
            let next = number.checked_mul(10).and_then(|number| number.checked_add(u64::from(digit - b'0')));
            match next {
                Some(next) if count == 0 || number > 0 => number = next,
                _ => return Err(self.expected(WHAT)),
            }
            count += 1;
        }
        if count == 0 {
            return Err(self.expected(WHAT));
        }
        self.at += count;
        Ok(number)
    }

    /// As many bytes as pass.
    fn text(&mut self, length: usize, what: &'static str) -> Result<&'b str, LedgerError> {
        let text = self.rest().get(..length).and_then(|bytes| str::from_utf8(bytes).ok());
        let text = text.ok_or_else(|| self.expected(what))?;
        self.at += length;
        Ok(text)
    }

    fn time(&mut self) -> Result<&'b str, LedgerError> {
        const WHAT: &str = "a time like 2026-01-31T09:30:00.000000Z";
        if !is_timestamp(self.rest().get(..27).unwrap_or_default()) {
            return Err(self.expected(WHAT));
        }
        self.text(27, WHAT)
    }

    fn kind(&mut self) -> Result<&'b str, LedgerError> {
        const WHAT: &str = "a kind in snake case, of at most 32 letters,";
        let kept = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        let length = self.rest().iter().take(MAX_KIND + 1).take_while(kept).count();
        if length > MAX_KIND || !self.rest().first().is_some_and(u8::is_ascii_lowercase) {
            return Err(self.expected(WHAT));
        }
        self.text(length, WHAT)
    }

    fn id(&mut self) -> Result<Uuid, LedgerError> {
        const WHAT: &str = "a UUID in lower case with hyphens";
        let bytes = self.rest().get(..36).unwrap_or_default();
        if bytes.iter().any(u8::is_ascii_uppercase) {
            return Err(self.expected(WHAT));
        }
        let id = Uuid::try_parse_ascii(bytes).map_err(|_| self.expected(WHAT))?;
        self.at += 36;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"chain":3,"sequence":70,"time":"2024-02-29T23:59:59.000001Z","kind":"score","id":"0190a5c4-7c3e-7000-8000-0123456789ab","x":1}"#;

    #[test]
    fn an_opening_is_read_and_written_in_one_way() {
        let opening = Opening::parse(BODY.as_bytes()).unwrap();
        assert_eq!((opening.chain, opening.sequence, opening.kind), (3, 70, "score"));
        assert!(BODY.starts_with(&opening.text()));
        assert_eq!(&BODY[opening.text().len()..], r#","x":1}"#);
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_709_251_199_000_001_999).unwrap();
        assert_eq!(timestamp(moment), opening.time);
    }

    #[test]
    fn any_deviation_is_located() {
        let cases = [
            ("{\"chain\"", "{ \"chain\"", 1),
            (":3,", ":03,", 9),
            (":3,", ":4294967296,", 9),
            (":70,", ":-7,", 22),
            (":70,", ":18446744073709551616,", 22),
            ("02-29T", "02-30T", 33),
            ("Z\"", "z\"", 33),
            ("score", "Score", 70),
            ("score", "", 70),
            ("0190a5c4", "0190A5C4", 83),
            ("0190a5c4", "0190a5c", 83),
            ("\",\"x\"", "\" ,\"x\"", 120),
        ];
        for (from, to, expected) in cases {
            let body = BODY.replacen(from, to, 1);
            match Opening::parse(body.as_bytes()) {
                Err(LedgerError::Opening { at, .. }) => assert_eq!(at, expected, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
        for length in 0..BODY.len() - 7 {
            assert!(Opening::parse(&BODY.as_bytes()[..length]).is_err(), "{length}");
        }
    }
}
