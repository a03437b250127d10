//! A Redis server that speaks TLS and knows its users, as ElastiCache does.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tempfile::TempDir;

use crate::{
    free_port,
    process::{Restartable, Server},
};

/// What the user of the service may do: as the Terraform module of the cache has it, but for `client|setinfo`, which came
/// with Redis 7.2.
const ALLOWED: &str =
    "~plimsoll:* resetchannels -@all +auth +hello +ping +get +set +del +time +eval +evalsha +script|load";
/// The password of who looks after the server.
const OPERATOR: &str = "operator";

/// A server that answers TLS only, with the user `plimsoll` and no other for the service.
pub struct RedisTls {
    // Before the folder: the server ends first.
    server: Restartable,
    folder: TempDir,
    port: u16,
}

impl RedisTls {
    /// Starts a server at which the user `plimsoll` has this password.
    #[must_use]
    pub fn start(password: &str) -> Self {
        let folder = TempDir::with_prefix("plimsoll-redis-tls-").expect("a temporary folder");
        let redis = Self { folder, port: free_port(), server: Restartable::default() };
        redis.write_certificates();
        let settings = format!(
            "port 0\ntls-port {}\nbind 127.0.0.1\nsave \"\"\nappendonly no\n\
             tls-cert-file server.crt\ntls-key-file server.key\ntls-ca-cert-file ca.crt\ntls-auth-clients no\n\
             user default off\nuser operator on >{OPERATOR} ~* &* +@all\nuser plimsoll on >{password} {ALLOWED}\n",
            redis.port
        );
        fs::write(redis.folder.path().join("redis.conf"), settings).expect("a written file");
        redis.resume();
        redis
    }

    fn write_certificates(&self) {
        let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
        // Another name than the server's, or the server's certificate would look as if it had signed itself.
        authority.distinguished_name.push(DnType::CommonName, "plimsoll testbed");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("signed");
        let key = KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let server = CertificateParams::new(names).expect("parameters").signed_by(&key, &authority).expect("signed");
        for (name, text) in
            [("ca.crt", authority.pem()), ("server.crt", server.pem()), ("server.key", key.serialize_pem())]
        {
            fs::write(self.folder.path().join(name), text).expect("a written file");
        }
    }

    /// Starts it again, empty and with the first password, after [`Self::stop`].
    pub fn resume(&self) {
        let server = Server::start(None, self.folder.path(), "redis-server redis.conf", "TERM");
        self.server.begin(server, Duration::from_secs(20), || match self.command(&["PING"]) {
            Ok(said) if said == "PONG" => Ok(()),
            said => Err(format!("redis-server does not start: {said:?}")),
        });
    }

    /// Stops it; what it held is lost.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Its URL, for the user `plimsoll`, with a password or without.
    #[must_use]
    pub fn url(&self, password: Option<&str>) -> String {
        let password = password.map(|password| format!(":{password}")).unwrap_or_default();
        format!("rediss://plimsoll{password}@localhost:{}", self.port)
    }

    /// The certificate of whom its certificate is signed by.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Gives the user `plimsoll` another password. Connections that are signed in stay so.
    pub fn set_password(&self, password: &str) {
        assert_eq!(self.run(&["ACL", "SETUSER", "plimsoll", "resetpass", &format!(">{password}")]), "OK");
    }

    /// Runs a command as the server's operator and gives what is answered.
    pub fn run(&self, command: &[&str]) -> String {
        self.command(command).unwrap_or_else(|said| panic!("{command:?}: {said}"))
    }

    fn command(&self, command: &[&str]) -> Result<String, String> {
        let mut client = Command::new("redis-cli");
        client.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "--tls", "--no-auth-warning", "--raw"]);
        client.arg("--cacert").arg(self.authority()).args(["--user", "operator", "--pass", OPERATOR]).args(command);
        let output = client.output().map_err(|error| format!("redis-cli: {error}: run `cargo xtask setup`"))?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() { Ok(said) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    }
}
