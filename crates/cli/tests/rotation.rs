//! What is rotated while the service runs: the database's password under load, with no request that fails, whichever of
//! secret and database is changed first; and the certificate.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulator;
mod instance;

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use emulator::secrets;
use instance::{Instance, Place};
use load::Connection;
use serde_json::json;
use testbed::Postgres;

const SECRET: &str = "rotation/database";
/// Callers at once.
const CALLERS: usize = 16;

/// A cluster that asks its user `rotated` for a password.
struct Guarded {
    cluster: Postgres,
    url: String,
}

impl Guarded {
    fn new() -> Self {
        let cluster = Postgres::start();
        let url = cluster.database();
        let rules = cluster.files().join("pg_hba.conf");
        let trusting = std::fs::read_to_string(&rules).unwrap();
        std::fs::write(&rules, format!("host all rotated 127.0.0.1/32 scram-sha-256\n{trusting}")).unwrap();
        let guarded = Self { cluster, url };
        guarded.run("CREATE ROLE rotated LOGIN SUPERUSER");
        guarded.run("SELECT pg_reload_conf()");
        guarded
    }

    fn run(&self, statement: &str) -> String {
        self.cluster.run("postgres", statement)
    }

    fn password(&self, password: &str) {
        self.run(&format!("ALTER ROLE rotated PASSWORD '{password}'"));
    }

    /// Ends every connection, so that whoever comes next has to sign in.
    fn end_connections(&self) {
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rotated' AND state = 'idle'");
    }
}

/// Asks for scores and for the ledger's heads until it is told to stop; says what was answered otherwise than as asked.
async fn load(place: &Place, instance: &Instance, meanwhile: impl Future<Output = ()>) -> u64 {
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        let (stop, asked) = (Arc::clone(&stop), Arc::clone(&asked));
        let (address, header) = (instance.address, place.authorization());
        let path = if number % 2 == 0 { "/v1/scores?limit=1" } else { "/v1/ledger/heads" };
        callers.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await.unwrap();
            while !stop.load(Ordering::Relaxed) {
                let answer = connection.get(path, std::slice::from_ref(&header)).await.unwrap();
                assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
                asked.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    meanwhile.await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    asked.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_the_password_is_rotated() {
    let database = Guarded::new();
    let place = Place::postgres(database.url.clone()).await;
    let value = |password: &str| json!({ "username": "rotated", "password": password }).to_string();
    database.password("one");
    secrets("CreateSecret", &json!({ "Name": SECRET, "SecretString": value("one") }));
    let mut settings = emulator::environment();
    let url = database.url.replacen("plimsoll@", "rotated@", 1);
    assert_ne!(url, database.url);
    settings.push(("PLIMSOLL_DATABASE_URL", url));
    settings.push(("PLIMSOLL_DATABASE_PASSWORD", format!("secret:{SECRET}#password")));
    let first = place.start_with(&settings);
    let pause = || tokio::time::sleep(Duration::from_millis(1_500));

    // The database first, the secret a while later; meanwhile nobody can sign in.
    database.password("two");
    database.end_connections();
    let asked = load(&place, &first, async {
        pause().await;
        secrets("PutSecretValue", &json!({ "SecretId": SECRET, "SecretString": value("two") }));
    });
    assert!(asked.await > 0);

    // The secret first: who starts or signs in meanwhile does so with the one before.
    secrets("PutSecretValue", &json!({ "SecretId": SECRET, "SecretString": value("three") }));
    let second = place.start_with(&settings);
    database.end_connections();
    assert!(load(&place, &second, pause()).await > 0);
    database.password("three");
    database.end_connections();
    assert!(load(&place, &second, async {}).await > 0);
    assert!(load(&place, &first, async {}).await > 0);

    // As rotations do it: the next one is pending, the database has it already, and only then it is said to be in force.
    let stages = json!(["AWSPENDING"]);
    secrets("PutSecretValue", &json!({ "SecretId": SECRET, "SecretString": value("four"), "VersionStages": stages }));
    database.password("four");
    database.end_connections();
    assert!(load(&place, &first, pause()).await > 0);
    assert!(first.log().contains("trying another version"), "{}", first.log());
    assert!(!first.log().contains("four") && !first.log().contains("three"));
}

/// A certificate of this name and its key, as the secret has them.
fn pair(folder: &Path, name: &str) -> String {
    let (key, certificate) = (folder.join("task.key"), folder.join("task.crt"));
    let mut make = Command::new("openssl");
    make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]);
    make.args(["-subj", &format!("/CN={name}"), "-keyout"]).arg(&key).arg("-out").arg(&certificate);
    let made = make.output().expect("openssl: run `cargo xtask setup`");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    json!({ "certificate": text(&certificate), "private_key": text(&key) }).to_string()
}

/// Whose certificate is served.
fn served(address: SocketAddr) -> String {
    let mut ask = Command::new("openssl");
    ask.args(["s_client", "-connect", &address.to_string()]).stdin(Stdio::null());
    let said = String::from_utf8_lossy(&ask.output().unwrap().stdout).into_owned();
    said.lines().find_map(|line| line.strip_prefix("subject=")).unwrap_or_default().replace(' ', "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_in_a_secret_is_replaced_while_serving() {
    let (place, folder) = (Place::embedded().await, tempfile::tempdir().unwrap());
    let name = "rotation/task-tls";
    secrets("CreateSecret", &json!({ "Name": name, "SecretString": pair(folder.path(), "first") }));
    let mut settings = emulator::environment();
    settings.push(("PLIMSOLL_TLS_CERTIFICATE", format!("secret:{name}#certificate")));
    settings.push(("PLIMSOLL_TLS_KEY", format!("secret:{name}#private_key")));
    settings.push(("PLIMSOLL_SECRETS_REFRESH", "1s".to_owned()));
    let instance = place.start_with(&settings);
    assert_eq!(served(instance.address), "CN=first");
    secrets("PutSecretValue", &json!({ "SecretId": name, "SecretString": pair(folder.path(), "second") }));
    let began = std::time::Instant::now();
    while served(instance.address) != "CN=second" {
        assert!(began.elapsed() < Duration::from_secs(60), "still the first: {}", instance.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!instance.log().contains("PRIVATE KEY"));
}
