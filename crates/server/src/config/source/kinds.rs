//! The kinds of values a setting can have, and how each is written.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::{Source, Spec};
use crate::config::{Origin, Secret, Setting};

const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// Entries of a list of times.
const MOST_TIMES: usize = 100;

impl Source {
    pub(in crate::config) fn text(&mut self, spec: Spec, accepted: &str) -> String {
        self.read(spec, accepted, |text| Some(text.to_owned())).unwrap_or_default()
    }

    pub(in crate::config) fn path(&mut self, spec: Spec) -> Option<PathBuf> {
        self.read(spec, "a path", |text| Some(PathBuf::from(text))).filter(|path| !path.as_os_str().is_empty())
    }

    pub(in crate::config) fn address(&mut self, spec: Spec) -> SocketAddr {
        self.read(spec, "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080", |text| text.parse().ok())
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    pub(in crate::config) fn count(&mut self, spec: Spec, range: RangeInclusive<u64>) -> u64 {
        let accepted = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(spec, &accepted, |text| text.parse().ok().filter(|n| range.contains(n))).unwrap_or(*range.start())
    }

    pub(in crate::config) fn fraction(&mut self, spec: Spec) -> f64 {
        self.read(spec, "a number from 0 to 1", |text| text.parse().ok().filter(|n| (0.0..=1.0).contains(n)))
            .unwrap_or_default()
    }

    pub(in crate::config) fn bytes(&mut self, spec: Spec, range: RangeInclusive<u64>) -> u64 {
        let accepted =
            format!("bytes, or with KiB, MiB or GiB, from {} to {}", bytes(*range.start()), bytes(*range.end()));
        self.read(spec, &accepted, |text| parse_bytes(text).filter(|n| range.contains(n))).unwrap_or(*range.start())
    }

    pub(in crate::config) fn duration(&mut self, spec: Spec, range: RangeInclusive<Duration>) -> Duration {
        let accepted =
            format!("a time with ms, s, min, h or d, from {} to {}", time(*range.start()), time(*range.end()));
        self.read(spec, &accepted, |text| parse_time(text).filter(|t| range.contains(t))).unwrap_or(*range.start())
    }

    /// Times with commas between, within a range each; at least one.
    pub(in crate::config) fn durations(&mut self, spec: Spec, range: RangeInclusive<Duration>) -> Vec<Duration> {
        let accepted = format!("times with commas between, such as 0, 5s, 2h, each up to {}", time(*range.end()));
        let entries = |text: &str| {
            let times = text.split(',').map(|entry| parse_time(entry.trim()).filter(|t| range.contains(t)));
            times.collect::<Option<Vec<_>>>().filter(|times| times.len() <= MOST_TIMES)
        };
        self.read(spec, &accepted, entries).unwrap_or_default()
    }

    pub(in crate::config) fn choice<T: Copy>(&mut self, spec: Spec, choices: &[(&str, T)], otherwise: T) -> T {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let accepted = format!("one of {}", names.join(", "));
        self.read(spec, &accepted, |text| choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value))
            .unwrap_or(otherwise)
    }

    /// A value of a kind that only one setting has.
    pub(in crate::config) fn one<T>(
        &mut self,
        spec: Spec,
        accepted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(spec, accepted, parse)
    }

    /// A list with commas between; blanks around entries are ignored.
    pub(in crate::config) fn list<T>(
        &mut self,
        spec: Spec,
        accepted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let entries = |text: &str| text.split(',').map(str::trim).filter(|e| !e.is_empty()).map(&parse).collect();
        self.read(spec, accepted, entries).unwrap_or_default()
    }

    /// A secret, from the variable or from the file that the variable's `_FILE` names.
    pub(in crate::config) fn secret(
        &mut self,
        spec: Spec,
        accepted: &str,
        is_accepted: impl Fn(&str) -> bool,
    ) -> Option<Secret> {
        let (given, file) = (self.take(spec.name), self.take_file(spec.name));
        if given.is_some() && file.is_some() {
            self.refuse(spec.name, format!("is set and {0}_FILE is set too; set one of them", spec.name));
        }
        let given = given.or(file);
        if given.as_ref().is_some_and(|given| !is_accepted(given.value.expose())) {
            self.refuse(spec.name, format!("the value (not shown) is not accepted; set {accepted}"));
        }
        self.settings.push(Setting {
            name: spec.name,
            value: given.as_ref().map(|given| format!("{:?}", given.value)).unwrap_or_default(),
            origin: given.as_ref().map_or(Origin::Default, |given| given.origin.clone()),
            meaning: spec.meaning,
            accepted: format!("{accepted}; or {}_FILE with the path of a file that holds it", spec.name),
        });
        given.map(|given| given.value)
    }
}

fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).unwrap_or((text, 1));
    number.trim_end().parse::<u64>().ok()?.checked_mul(unit)
}

fn parse_time(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit.trim_start() {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "" if number == 0 => 0,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

fn bytes(n: u64) -> String {
    match UNITS.iter().rev().find(|(_, unit)| n > 0 && n.is_multiple_of(*unit)) {
        Some((name, unit)) => format!("{} {name}", n / unit),
        None => n.to_string(),
    }
}

fn time(t: Duration) -> String {
    let (ms, s) = (t.as_millis(), t.as_secs());
    match () {
        () if ms % 1_000 != 0 => format!("{ms} ms"),
        () if s > 0 && s.is_multiple_of(86_400) => format!("{} d", s / 86_400),
        () if s > 0 && s.is_multiple_of(3_600) => format!("{} h", s / 3_600),
        () => format!("{s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        assert_eq!(parse_bytes("1MiB"), Some(1 << 20));
        assert_eq!(parse_bytes("16 KiB"), Some(16 << 10));
        assert_eq!(parse_bytes("512"), Some(512));
        assert_eq!(parse_bytes("1MB"), None);
        assert_eq!(parse_bytes("99999999999GiB"), None, "does not overflow");
        assert_eq!(parse_time("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_time("2 min"), Some(Duration::from_secs(120)));
        assert_eq!(parse_time("0"), Some(Duration::ZERO));
        assert_eq!(parse_time("30"), None, "a number alone does not say seconds or milliseconds");
        assert_eq!(parse_time("99999999999999999999d"), None);
        assert_eq!((bytes(1 << 20), time(Duration::from_secs(90))), ("1 MiB".into(), "90 s".into()));
    }
}
