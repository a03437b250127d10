//! What a killed process leaves in a folder: files that it had begun, which nobody reads and no erasure reaches.

use std::{fs, io, path::Path};

/// Removes files that were begun and never became whole. One that another instance is writing at this moment is written
/// again by it. Gives how many there were.
///
/// # Errors
/// Where the folder cannot be read, or a file cannot be removed.
pub fn clear_leftovers(lake: &Path) -> io::Result<u64> {
    let mut cleared = 0;
    for folder in fs::read_dir(lake)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            let file = file?;
            if is_begun(&file.file_name().to_string_lossy()) {
                match fs::remove_file(file.path()) {
                    Ok(()) => cleared += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(cleared)
}

/// Whether a name is of a file that was begun: the store of objects adds `#` and a number until it is whole.
fn is_begun(name: &str) -> bool {
    let digits = name.rsplit_once('#').map_or("", |(_, digits)| digits);
    let whole = name.strip_suffix(digits).and_then(|name| name.strip_suffix('#')).unwrap_or_default();
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (whole.ends_with(".parquet") || whole.ends_with(".json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_begun_is_removed() {
        let lake = tempfile::tempdir().unwrap();
        let day = lake.path().join("date=2026-01-31");
        fs::create_dir(&day).unwrap();
        for name in ["a.parquet", "a.parquet#1", "b.json#12", "note#1", "c.parquet#x", "d.parquet#"] {
            fs::write(day.join(name), "x").unwrap();
        }
        assert_eq!(clear_leftovers(lake.path()).unwrap(), 2);
        let mut left: Vec<_> = fs::read_dir(&day).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a.parquet", "c.parquet#x", "d.parquet#", "note#1"]);
    }
}
