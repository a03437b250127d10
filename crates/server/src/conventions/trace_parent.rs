//! W3C Trace Context, level 1: the header `traceparent`, read strictly and written anew.
//!
//! Source: <https://www.w3.org/TR/trace-context/#traceparent-header>. `tracestate` is passed on by nobody here: the
//! service makes no calls on behalf of a request that would carry it.

use std::fmt;

/// A place in a trace: the trace's id, this service's own span, and the caller's span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace: [u8; 16],
    span: [u8; 8],
    parent: Option<[u8; 8]>,
    sampled: bool,
}

impl TraceParent {
    /// Goes on with the caller's trace, or begins one where the header is missing or not valid. Of the traces begun, this
    /// share is recorded.
    pub fn follow(header: Option<&[u8]>, share: f64) -> Self {
        let span = new_span();
        match header.and_then(parse) {
            Some((trace, parent, flags)) => Self { trace, span, parent: Some(parent), sampled: flags & 1 == 1 },
            None => {
                let trace = uuid::Uuid::new_v4().into_bytes();
                Self { trace, span, parent: None, sampled: is_of_share(trace, share) }
            }
        }
    }

    /// The trace's id in 32 lower-case hexadecimal digits.
    pub fn trace_id(&self) -> impl fmt::Display {
        Hex(self.trace)
    }

    /// The id of this service's span in 16 lower-case hexadecimal digits.
    pub fn span_id(&self) -> impl fmt::Display {
        Hex(self.span)
    }

    /// The id of the caller's span, where there is one.
    pub fn parent_id(&self) -> Option<impl fmt::Display> {
        self.parent.map(Hex)
    }

    /// Whether the caller, or this service where it began the trace, asks for it to be recorded.
    pub fn sampled(&self) -> bool {
        self.sampled
    }
}

/// The header as it goes out: this service's span is the parent of whatever follows.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", Hex(self.trace), Hex(self.span), u8::from(self.sampled))
    }
}

/// The last seven bytes of a trace's id are random by the specification's recommendation: they decide.
fn is_of_share(trace: [u8; 16], share: f64) -> bool {
    let random = trace.iter().skip(9).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (random as f64) < share * (1_u64 << 56) as f64
}

fn new_span() -> [u8; 8] {
    // Version 4 UUIDs have 122 random bits; their first six bytes and last bytes are free of the fixed ones.
    let [a, b, c, d, e, f, .., g, h] = uuid::Uuid::new_v4().into_bytes();
    match [a, b, c, d, e, f, g, h] {
        [0, 0, 0, 0, 0, 0, 0, 0] => [0, 0, 0, 0, 0, 0, 0, 1],
        span => span,
    }
}

type Parsed = ([u8; 16], [u8; 8], u8);

fn parse(header: &[u8]) -> Option<Parsed> {
    let (fields, rest) = header.split_at_checked(55)?;
    let [version @ .., b'-'] = fields.get(..3)? else { return None };
    let version = hex::<1>(version)?;
    // Version 255 is forbidden; version 0 has nothing more; later ones may add fields behind a dash.
    let rest_is_right = match version {
        [0xff] => false,
        [0] => rest.is_empty(),
        _ => rest.is_empty() || rest.starts_with(b"-"),
    };
    let dashes = fields.get(35) == Some(&b'-') && fields.get(52) == Some(&b'-');
    let (trace, parent) = (hex::<16>(fields.get(3..35)?)?, hex::<8>(fields.get(36..52)?)?);
    let [flags] = hex::<1>(fields.get(53..55)?)?;
    (rest_is_right && dashes && trace != [0; 16] && parent != [0; 8]).then_some((trace, parent, flags))
}

/// Lower-case hexadecimal digits only, as the specification demands.
fn hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | value;
        }
    }
    Some(bytes)
}

struct Hex<const N: usize>([u8; N]);

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_header_is_followed_with_a_span_of_our_own() {
        let trace = TraceParent::follow(Some(VALID.as_bytes()), 0.0);
        assert_eq!(trace.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(trace.sampled());
        assert_eq!(trace.parent_id().map(|id| id.to_string()).as_deref(), Some("00f067aa0ba902b7"));
        let out = trace.to_string();
        assert!(out.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && !out.contains("00f067aa0ba902b7"));
        assert!(parse(out.as_bytes()).is_some(), "what goes out is itself valid: {out}");
    }

    #[test]
    fn anything_else_begins_a_trace() {
        let more = format!("{VALID}-more");
        let (upper, future) = (VALID.to_uppercase(), more.replacen("00", "01", 1));
        let zero_trace = VALID.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32));
        let zero_span = VALID.replace("00f067aa0ba902b7", &"0".repeat(16));
        let forbidden = VALID.replacen("00", "ff", 1);
        for wrong in
            ["", "00", &VALID[1..], &more, &upper, &zero_trace, &zero_span, &forbidden, &VALID.replace('-', "_")]
        {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
        assert!(parse(future.as_bytes()).is_some(), "later versions may add fields");
        assert!(TraceParent::follow(None, 0.5).parent_id().is_none());
        assert!(TraceParent::follow(None, 1.0).sampled() && !TraceParent::follow(None, 0.0).sampled());
    }
}
