//! Plans in files that others may keep: encrypted, for a plan holds what a state holds, and named by a checksum that goes
//! another way than the file, so that what is applied is what was looked at.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::program::{Outcome, captured};

/// Where the passphrase is.
pub(super) const PASSPHRASE: &str = "PLAN_PASSPHRASE";
/// Characters that it has at least.
const LEAST: usize = 16;

/// Encrypts a file into another and gives that one's SHA-256.
pub(super) fn seal(plain: &Path, sealed: &Path, passphrase: &str) -> Outcome<String> {
    cipher("-e", plain, sealed, passphrase)?;
    sum(sealed)
}

/// Decrypts a file whose SHA-256 this is.
pub(super) fn open(sealed: &Path, sha256: &str, plain: &Path, passphrase: &str) -> Outcome {
    let found = sum(sealed)?;
    if !found.eq_ignore_ascii_case(sha256.trim()) {
        return Err(format!(
            "{} is not the plan that was looked at: its SHA-256 is {found}, not {sha256}; plan again",
            sealed.display()
        ));
    }
    cipher("-d", sealed, plain, passphrase)
}

/// AES-256 in CTR mode under a key derived from the passphrase (PBKDF2, 600,000 rounds); whether it was altered, the checksum
/// tells.
fn cipher(way: &str, from: &Path, to: &Path, passphrase: &str) -> Outcome {
    if passphrase.len() < LEAST {
        return Err(format!(
            "{PASSPHRASE} has fewer than {LEAST} characters, or is not set: plans are not kept in the open"
        ));
    }
    // Nobody else reads what is written.
    let file = fs::File::create(to).map_err(|error| format!("{}: {error}", to.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o600);
        file.set_permissions(mode).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    let mut command = Command::new("openssl");
    command.args(["enc", way, "-aes-256-ctr", "-pbkdf2", "-iter", "600000", "-md", "sha256", "-salt", "-pass"]);
    // By the environment: arguments can be read by everyone on the machine.
    command.env(PASSPHRASE, passphrase);
    command.arg(format!("env:{PASSPHRASE}")).arg("-in").arg(from).stdout(Stdio::from(file));
    let said = command.stderr(Stdio::piped()).output().map_err(|error| format!("openssl cannot be run: {error}"))?;
    if said.status.success() {
        return Ok(());
    }
    Err(format!("openssl enc: {}", String::from_utf8_lossy(&said.stderr).trim()))
}

fn sum(path: &Path) -> Outcome<String> {
    let said = captured(Command::new("openssl").args(["dgst", "-sha256", "-r"]).arg(path))?;
    said.split_whitespace().next().map(str::to_owned).ok_or_else(|| "openssl dgst printed nothing".to_owned())
}
