//! Which file lies where. Names follow from what is in them, so that writing one again replaces it.

use object_store::path::Path;

/// What a day's folder begins with, as Hive names partitions.
const DAY: &str = "date=";
/// The folder of manifests.
pub(crate) const MANIFESTS: &str = "manifests";

/// Where the decisions of a day (`2026-01-31`) lie that begin with a place of a chain.
#[must_use]
pub fn decisions_path(day: &str, chain: u32, first: u64) -> Path {
    Path::from_iter([format!("{DAY}{day}"), format!("chain-{chain:010}-{first:012}.parquet")])
}

/// Where the manifest of a day lies.
#[must_use]
pub fn manifest_path(day: &str) -> Path {
    Path::from_iter([MANIFESTS.to_owned(), format!("{DAY}{day}.json")])
}

/// The day of a folder or of a manifest.
pub(crate) fn day_of(path: &Path) -> Option<String> {
    let name = path.filename()?;
    let day = name.strip_prefix(DAY)?;
    let day = day.strip_suffix(".json").unwrap_or(day);
    let is_day = day.len() == 10
        && day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_day.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_day() {
        assert_eq!(
            decisions_path("2026-01-31", 3, 7).as_ref(),
            "date=2026-01-31/chain-0000000003-000000000007.parquet"
        );
        assert_eq!(day_of(&manifest_path("2026-01-31")).as_deref(), Some("2026-01-31"));
        assert_eq!(day_of(&Path::from("a/date=2026-01-31")).as_deref(), Some("2026-01-31"));
        for other in ["date=2026-1-31", "date=", "day=2026-01-31", "athena"] {
            assert_eq!(day_of(&Path::from(other)), None, "{other}");
        }
    }
}
