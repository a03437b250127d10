//! A binary without the AWS faces says so, and how to get one that has them.

#![allow(clippy::unwrap_used)]
#![cfg(not(feature = "aws"))]

use std::process::Command;

#[test]
fn a_setting_that_needs_aws_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for setting in ["PLIMSOLL_SESSIONS", "PLIMSOLL_ITEMS"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.arg("serve").arg("--data").arg(folder.path()).env(setting, "dynamodb:plimsoll");
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{said}");
        assert!(
            said.contains(setting) && said.contains("--features aws") && said.contains("container image"),
            "{said}"
        );
    }
}
