//! What lies in the image, and what it says of itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{instance::data, layout::Layout};

const ROOT: &str = "0/0";
const USER: &str = "65532/65532";

/// Where the list of what the program is made of lies.
const BILL: &str = "usr/share/doc/plimsoll/plimsoll.cdx.json";

/// Everything: there is no shell, no library and no tool, and only three folders may be written to.
#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn the_program_its_certificates_its_papers_and_nothing_else() {
    let image = Layout::read();
    let expected = [
        ("etc", "drwxr-xr-x", ROOT),
        ("etc/group", "-rw-r--r--", ROOT),
        ("etc/passwd", "-rw-r--r--", ROOT),
        ("etc/ssl", "drwxr-xr-x", ROOT),
        ("etc/ssl/certs", "drwxr-xr-x", ROOT),
        ("etc/ssl/certs/ca-certificates.crt", "-rw-r--r--", ROOT),
        ("etc/ssl/rds", "drwxr-xr-x", ROOT),
        ("etc/ssl/rds/global-bundle.pem", "-rw-r--r--", ROOT),
        ("plimsoll", "-rwxr-xr-x", ROOT),
        ("run", "drwxr-xr-x", ROOT),
        ("run/plimsoll", "drwx------", USER),
        ("tmp", "drwxrwxrwt", ROOT),
        ("usr", "drwxr-xr-x", ROOT),
        ("usr/share", "drwxr-xr-x", ROOT),
        ("usr/share/doc", "drwxr-xr-x", ROOT),
        ("usr/share/doc/plimsoll", "drwxr-xr-x", ROOT),
        ("usr/share/doc/plimsoll/LICENSE", "-rw-r--r--", ROOT),
        (BILL, "-rw-r--r--", ROOT),
        ("var", "drwxr-xr-x", ROOT),
        ("var/lib", "drwxr-xr-x", ROOT),
        ("var/lib/plimsoll", "drwx------", USER),
    ];
    let there = |(path, file): (&String, &crate::layout::Listed)| (path.clone(), file.mode.clone(), file.owner.clone());
    let there: BTreeSet<_> = image.files.iter().map(there).collect();
    let expected: BTreeSet<_> =
        expected.map(|(path, mode, owner)| (path.to_owned(), mode.to_owned(), owner.to_owned())).into();
    assert_eq!(there, expected);
    // All of the commit's date: no clock of the machine that built.
    let dates: BTreeSet<&str> = image.files.values().map(|file| file.date.as_str()).collect();
    assert_eq!(dates, BTreeSet::from([&image.config["created"].as_str().unwrap()[..10]]));
}

#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn it_is_run_as_nobody_in_particular_and_says_what_it_is() {
    let image = Layout::read();
    let config = &image.config["config"];
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(config["Entrypoint"], json!(["/plimsoll"]));
    assert_eq!(config["Cmd"], json!(["serve"]));
    assert_eq!(config["StopSignal"], "SIGTERM");
    assert_eq!(config["WorkingDir"], "/var/lib/plimsoll");
    let volumes: Vec<&String> = config["Volumes"].as_object().unwrap().keys().collect();
    assert_eq!(volumes, ["/run/plimsoll", "/tmp", "/var/lib/plimsoll"]);
    assert_eq!(image.label("title"), "Plimsoll");
    assert_eq!(image.label("licenses"), "Apache-2.0");
    assert_eq!(image.label("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(image.label("source"), env!("CARGO_PKG_REPOSITORY"));
    let commit = image.label("revision").trim_end_matches("-changed");
    assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
    assert!(!image.label("description").is_empty());
}

#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn certificates_lie_where_the_program_and_the_stacks_look() {
    let image = Layout::read();
    let variables = image.config["config"]["Env"].as_array().unwrap();
    assert!(variables.contains(&json!("SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt")), "{variables:?}");
    let count = |path: &str| String::from_utf8(image.bytes(path)).unwrap().matches("BEGIN CERTIFICATE").count();
    assert!(count("etc/ssl/certs/ca-certificates.crt") > 100);
    let published = data("../infra/container/certificates/amazon-rds.pem");
    assert_eq!(image.bytes("etc/ssl/rds/global-bundle.pem"), std::fs::read(published).unwrap());
}

/// What scanners find in the program itself, and the list beside it, name the same crates.
#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn the_program_and_its_papers_name_what_it_is_made_of() {
    let image = Layout::read();
    let program = image.bytes("plimsoll");
    let section = auditable_extract::raw_auditable_data(&program).expect("the section .dep-v0");
    let inside: Value = serde_json::from_reader(flate2::read::ZlibDecoder::new(section)).unwrap();
    let text = |value: &Value, member: &str| value[member].as_str().unwrap_or_default().to_owned();
    let packages = inside["packages"].as_array().unwrap();
    // What only build scripts use is marked so.
    let linked: BTreeSet<(String, String)> = packages
        .iter()
        .filter(|package| package["kind"] != "build")
        .map(|package| (text(package, "name"), text(package, "version")))
        .collect();
    let bill: Value = serde_json::from_slice(&image.bytes(BILL)).unwrap();
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.5")));
    let components = bill["components"].as_array().unwrap();
    let mut listed: BTreeSet<_> = components.iter().map(|one| (text(one, "name"), text(one, "version"))).collect();
    let itself = &bill["metadata"]["component"];
    listed.insert((text(itself, "name"), text(itself, "version")));
    let unlisted: Vec<_> = linked.difference(&listed).collect();
    assert!(unlisted.is_empty(), "linked and not listed: {unlisted:?}");
    for name in ["plimsoll", "plimsoll-cloud", "aws-sdk-kms", "tokio", "sqlx", "ring"] {
        assert!(linked.iter().any(|(linked, _)| linked == name), "{name} is not among {linked:?}");
    }
    let unlicensed: Vec<_> = components
        .iter()
        .filter(|one| one["licenses"].as_array().is_none_or(Vec::is_empty))
        .map(|one| text(one, "name"))
        .collect();
    assert!(unlicensed.is_empty(), "without a licence: {unlicensed:?}");
    // Neither says on which machine they were made, nor when.
    assert!(bill.get("serialNumber").is_none() && bill["metadata"].get("timestamp").is_none());
    let root = data("../Cargo.toml").canonicalize().unwrap();
    let root = root.parent().unwrap().to_str().unwrap().as_bytes();
    let names_folder = |bytes: &[u8]| bytes.windows(root.len()).any(|window| window == root);
    assert!(!names_folder(&program) && !names_folder(&image.bytes(BILL)), "the folder of the build is named");
}
