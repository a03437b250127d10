//! Passwords: argon2id with the parameters that OWASP names (19 MiB, 2 passes, 1 lane), rules by NIST SP 800-63B.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{Error, Result, sealing::random};

/// Hashes at once: each takes 19 MiB for its time, so that logins cannot eat the memory.
static PLACES: Semaphore = Semaphore::const_new(4);
/// How long a login waits for a place.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

const SHORTEST: usize = 12;
/// Longer ones are no stronger, and hashing must not be fed without bound.
const LONGEST: usize = 256;

/// A hash that no password has, with the parameters of all others: a user who is not there takes as long as one who is.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cGxpbXNvbGxub2JvZHlzIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Beginnings of what people choose where twelve characters are asked for; what follows is digits and signs.
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "qwertyuiop",
    "qwerty",
    "letmein",
    "welcome",
    "iloveyou",
    "administrator",
    "admin",
    "changeme",
    "abcdefghijkl",
    "abcdefghij",
    "abcdef",
    "asdfghjkl",
    "zxcvbnm",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "sunshine",
    "princess",
    "correcthorsebatterystaple",
];

/// Refuses passwords that are short, common or drawn from the user's own name.
pub(super) fn check(password: &str, login: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::Invalid(format!("the password {why}; a few unrelated words do well")));
    let length = password.chars().count();
    if length < SHORTEST || password.len() > LONGEST {
        return refuse(&format!("must have at least {SHORTEST} characters and at most {LONGEST} bytes"));
    }
    let plain = password.to_lowercase();
    let is_filler = |rest: &str| rest.chars().all(|c| !c.is_alphabetic());
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 {
        return refuse("has fewer than five different characters");
    }
    if is_filler(&plain) && plain.chars().all(|c| c.is_ascii_digit()) {
        return refuse("is a number");
    }
    let twice = |word: &str| plain.replace(word, "");
    if COMMON.iter().any(|word| plain.contains(word) && is_filler(&twice(word))) {
        return refuse("is among the first that are tried");
    }
    let login = login.to_lowercase();
    let own = [login.as_str(), login.split('@').next().unwrap_or_default(), "plimsoll"];
    if own.iter().any(|word| word.len() >= 4 && plain.contains(word) && twice(word).chars().count() < 8) {
        return refuse("is little more than the login or the name of the service");
    }
    Ok(())
}

/// Hashes a password.
pub(super) async fn hash(password: Zeroizing<String>) -> Result<String> {
    let salt = random::<16>()?;
    working(move || {
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &*salt);
        hash.map(|hash| hash.to_string())
            .map_err(|error| Error::Invalid(format!("the password cannot be hashed: {error}")))
    })
    .await?
}

/// Whether a password is the one that was hashed; without a hash it is not, and takes as long.
pub(super) async fn is_right(password: Zeroizing<String>, hash: Option<String>) -> Result<bool> {
    working(move || {
        let hash = hash.as_deref().unwrap_or(NOBODYS);
        let parsed = PasswordHash::new(hash).map_err(|_| Error::Corrupt("a password's hash".to_owned()))?;
        let is_bounded = password.len() <= LONGEST;
        let password = if is_bounded { password.as_bytes() } else { b"" };
        let is_same = Argon2::default().verify_password(password, &parsed).is_ok();
        Ok(is_same && is_bounded)
    })
    .await?
}

async fn working<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let full = || Error::Unavailable("too many logins at once".to_owned());
    let place = tokio::time::timeout(PATIENCE, PLACES.acquire()).await.map_err(|_| full())?.map_err(|_| full())?;
    tokio::task::spawn_blocking(move || {
        // Held by the work, not by who waits: a request that is dropped does not free memory that is in use.
        let _place = place;
        work()
    })
    .await
    .map_err(|_| Error::Unavailable("hashing a password was broken off".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_refuse_what_is_guessed_and_nothing_else() {
        for good in ["tidal harbour ledger", "Vq8-slate-moon", "zwölf Zeichen ok", "mypassword is long and odd"] {
            check(good, "anna@lender.example").unwrap_or_else(|error| panic!("{good}: {error}"));
        }
        for bad in [
            "short",
            "password1234",
            "Passw0rd!!2026",
            "123456789012",
            "aaaaaaaaaaaa",
            "abababababab",
            "qwertyuiop12",
            "anna@lender.example",
            "annaanna1234",
            "plimsoll2026",
        ] {
            assert!(check(bad, "anna@lender.example").is_err(), "{bad}");
        }
        assert!(check(&"ab cd ef ".repeat(40), "x").is_err(), "longer than is hashed");
    }

    #[tokio::test]
    async fn only_the_right_one_is_right() {
        let secret = |text: &str| Zeroizing::new(text.to_owned());
        let hashed = hash(secret("tidal harbour ledger")).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(is_right(secret("tidal harbour ledger"), Some(hashed.clone())).await.unwrap());
        assert!(!is_right(secret("tidal harbour ledges"), Some(hashed)).await.unwrap());
        assert!(!is_right(secret(""), None).await.unwrap());
        assert!(PasswordHash::new(NOBODYS).is_ok());
    }
}
