//! What docs/ledger.md says of checking a copy holds: its Python is run as it stands there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path, process::Command};

use ledger::copy_of;

mod ledger;

fn script() -> String {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ledger.md")).unwrap();
    let (_, after) = document.split_once("```python\n").expect("the document has a script");
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_documents_own_check_finds_what_was_altered() {
    let folder = tempfile::tempdir().unwrap();
    let (program, copy) = (folder.path().join("check.py"), folder.path().join("copy.ndjson"));
    fs::write(&program, script()).unwrap();
    let check = |bytes: &[u8]| {
        fs::write(&copy, bytes).unwrap();
        let output = Command::new("python3").arg(&program).arg(&copy).output().expect("python3");
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (bytes, ..) = copy_of(40, &[0, 5, 2], 15, |n| format!(r#","score":{n},"text":"J\"ö""#));
    assert_eq!(check(&bytes), (true, String::new()));

    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines[7][200] ^= 1;
    assert_eq!(check(&lines.concat()), (false, "line 8: the entry or its hash was altered\n".into()));
    lines[7][200] ^= 1;
    lines[0][60] ^= 1;
    assert_eq!(check(&lines.concat()), (false, "the digest differs\n".into()));
    lines.pop();
    assert_eq!(check(&lines.concat()), (false, "the copy was cut off\n".into()));
}
