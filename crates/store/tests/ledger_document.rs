//! What docs/ledger.md says of checking a copy, and a signature, holds: its Python and its commands are run as they stand there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path, process::Command};

use ledger::copy_of;
use store::ledger::{Draft, Hash, Head, LocalSigner, Signer};

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

/// The one for keys of KMS is tried where KMS is: crates/cloud/tests/keyring.rs.
#[test]
fn openssl_alone_checks_a_signature() {
    let signer = LocalSigner::from_pkcs8(&LocalSigner::generate().unwrap()).unwrap();
    let head = Head { chain: 0, size: 1, hash: Hash([1; 32]), root: Hash([2; 32]) };
    let draft = Draft::new("plimsoll:trial", "2026-01-31T09:30:00.000000Z", None, vec![head], signer.public_key());
    let text = draft.unwrap().sign(&signer).unwrap().text();
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ledger.md")).unwrap();
    let blocks: Vec<&str> = document.split("```sh\n").skip(1).map(|after| after.split("```").next().unwrap()).collect();
    let parts: Vec<&str> = blocks[0].lines().take(2).chain(blocks[1].lines()).collect();
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        fs::write(folder.path().join("checkpoint.json"), text).unwrap();
        let mut run = Command::new("bash");
        run.args(["-euc", &parts.join("\n")]).env("KEY", signer.public_key().to_string()).current_dir(folder.path());
        let output = run.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(check(&text), (true, String::new()));
    assert!(!check(&text.replacen("\"size\":1", "\"size\":2", 1)).0);
}
