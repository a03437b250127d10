//! Keys of KMS from the command line: a store moves to them, checkpoints are signed by them, and what is missing is said.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulator;

use emulator::{key, plimsoll, secrets};
use serde_json::{Value, json};

#[test]
fn a_store_moves_to_kms_and_is_verified_with_both_keys() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let run = |settings: &[(&str, &str)], arguments: &[&str]| plimsoll(&data, settings, arguments);
    let done = |settings: &[(&str, &str)], arguments: &[&str]| {
        let (code, out, err) = run(settings, arguments);
        assert_eq!(code, 0, "{arguments:?}: {err}");
        out
    };
    done(&[], &["keys", "create", "first", "--all-scopes"]);
    let signed_by = |said: &str| said.lines().find_map(|line| line.strip_prefix("signed by ")).unwrap().to_owned();
    let former = signed_by(&done(&[], &["ledger", "checkpoint"]));

    let wraps = format!("kms:{}", key(&json!({ "KeyUsage": "ENCRYPT_DECRYPT" })));
    let signs = format!("kms:{}", key(&json!({ "KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256" })));
    let (code, _, err) = run(&[("PLIMSOLL_KEYRING", &wraps)], &["keyring", "show"]);
    assert!(code != 0 && err.contains("PLIMSOLL_SIGNING_KEY") && err.contains("ECC_NIST_P256"), "{err}");
    let kms = [("PLIMSOLL_KEYRING", wraps.as_str()), ("PLIMSOLL_SIGNING_KEY", signs.as_str())];
    let (code, _, err) = run(&kms, &["keyring", "show"]);
    assert!(code != 0 && err.contains("keyring rewrap --from"), "{err}");
    let file = data.join("keyring.json");
    let (code, _, err) = run(&kms, &["keyring", "rewrap", "--from", "nowhere.json"]);
    assert!(code != 0 && err.contains("nowhere.json") && !std::path::Path::new("nowhere.json").exists(), "{err}");
    let said = done(&kms, &["keyring", "rewrap", "--from", file.to_str().unwrap()]);
    assert!(said.contains("3 keys wrapped anew") && said.contains("ecdsa-p256:"), "{said}");
    std::fs::remove_file(&file).unwrap();

    done(&kms, &["keyring", "renew"]);
    let keys: Value = serde_json::from_str(&done(&kms, &["keyring", "show", "--json"])).unwrap();
    let keys = keys.as_array().unwrap();
    assert!(keys.len() == 4 && keys.iter().all(|key| key["keyring"] == wraps.as_str()), "{keys:?}");
    assert!(keys[3]["active"] == true && keys[0]["active"] == false, "{keys:?}");
    assert!(done(&kms, &["keys", "list"]).contains("first"));
    let present = signed_by(&done(&kms, &["ledger", "checkpoint"]));
    assert!(present.starts_with("ecdsa-p256:"), "{present}");
    done(&kms, &["ledger", "verify", "--key", &former, "--key", &present]);
    let (code, out, _) = run(&kms, &["ledger", "verify"]);
    assert!(code != 0 && out.contains("checkpoint 0"), "the former key is needed: {out}");
    assert!(!file.exists(), "no keyring's file is made any more");
}

#[test]
fn settings_come_from_secrets_and_what_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    secrets(
        "CreateSecret",
        &json!({ "Name": "cli/settings", "SecretString": r#"{"headers":"key=hushed","level":"warn"}"# }),
    );
    let run = |settings: &[(&str, &str)], arguments: &[&str]| plimsoll(folder.path(), settings, arguments);
    let named =
        [("PLIMSOLL_OTLP_HEADERS", "secret:cli/settings#headers"), ("PLIMSOLL_LOG", "secret:cli/settings#level")];
    let (code, out, err) = run(&named, &["config", "--changed"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("PLIMSOLL_OTLP_HEADERS = ***  [secret:cli/settings#headers]"), "{out}");
    assert!(out.contains("PLIMSOLL_LOG = ***  [secret:cli/settings#level]") && !out.contains("hushed"), "{out}");
    let wrong = [("PLIMSOLL_OTLP_HEADERS", "secret:cli/settings#header"), ("PLIMSOLL_REDIS_URL", "secret:cli/nowhere")];
    let (code, _, err) = run(&wrong, &["config"]);
    assert_ne!(code, 0);
    assert!(err.contains("PLIMSOLL_OTLP_HEADERS: the secret cli/settings has no member \"header\""), "{err}");
    assert!(err.contains("PLIMSOLL_REDIS_URL") && err.contains("GetSecretValue of cli/nowhere"), "{err}");
    assert!(!err.contains("hushed"), "{err}");
}
